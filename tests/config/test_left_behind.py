"""Choosing another model, data set or optimizer on the command line."""

import pytest

from aecli.config.load import check
from aecli.config.overrides import parse_set
from aecli.config.yaml_text import parse
from aecli.core.errors import ConfigError

CONV = """
model: {type: conv, filters: [4, 2], activity_l1: 1e-3}
data: {name: mnist, fallback: mnist5k, limit: 7}
training: {optimizer: {type: adadelta, learning_rate: 0.5, rho: 0.9}}
"""


def load(*assignments, text=CONV):
    return check(parse(text, "f.yaml"), "f.yaml", [parse_set(a) for a in assignments]).config


def test_options_that_only_the_old_choice_has_are_left_behind():
    config = load("model.type=dense", "data.name=mnist5k", "training.optimizer.type=sgd")
    assert config.model.model_dump(exclude_defaults=True) == {"activity_l1": 1e-3}
    assert config.model.model_dump()["type"] == "dense"
    assert config.data.limit == 7
    assert config.training.optimizer.learning_rate == 0.5
    assert "rho" not in config.training.optimizer.model_dump()


def test_an_option_given_with_the_new_choice_is_never_dropped():
    with pytest.raises(ConfigError, match=r"--set model.filters=\[8\]: model.filters: unknown option"):
        load("model.type=dense", "model.filters=[8]")


def test_a_typo_in_the_file_is_reported_all_the_same():
    with pytest.raises(ConfigError, match=r"model\.filtres: unknown option"):
        load("model.type=dense", text=CONV.replace("filters", "filtres"))
