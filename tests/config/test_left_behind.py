"""Choosing another model, data set or optimizer on the command line."""

import pytest

from aecli.config.load import check
from aecli.config.overrides import parse_set
from aecli.config.yaml_text import parse
from aecli.core.errors import ConfigError

CONV = """
model: {type: conv, filters: [4, 2], latent: {dim: 6, activity_l1: 1e-3}}
objective: {loss: mse}
data: {name: mnist, fallback: mnist5k, limit: 7}
training: {optimizer: {type: adadelta, learning_rate: 0.5, rho: 0.9}}
"""


def load(*assignments, text=CONV):
    return check(parse(text, "f.yaml"), "f.yaml", [parse_set(a) for a in assignments]).config


def test_options_that_only_the_old_choice_has_are_left_behind():
    config = load("model.type=dense", "data.name=mnist5k", "training.optimizer.type=sgd")
    assert config.model.model_dump(exclude_defaults=True) == {"latent": {"dim": 6, "activity_l1": 1e-3}}
    assert config.model.model_dump()["type"] == "dense"
    assert config.objective.error == "mse"
    assert config.data.limit == 7
    assert config.training.optimizer.learning_rate == 0.5
    assert "rho" not in config.training.optimizer.model_dump()


def test_an_option_given_with_the_new_choice_is_never_dropped():
    with pytest.raises(ConfigError, match=r"--set model.filters=\[8\]: model.filters: unknown option"):
        load("model.type=dense", "model.filters=[8]")


def test_a_typo_in_the_file_is_reported_all_the_same():
    with pytest.raises(ConfigError, match=r"model\.filtres: unknown option"):
        load("model.type=dense", text=CONV.replace("filters", "filtres"))


VARIATIONAL = ("model.latent.type=gaussian", "objective.type=elbo")


@pytest.mark.parametrize("assignments", [VARIATIONAL, ("model.type=dense", *VARIATIONAL)])
def test_a_latent_and_an_objective_leave_theirs_behind_too(assignments):
    config = load(*assignments)
    assert config.model.latent.model_dump() == {"type": "gaussian", "dim": 6}
    assert config.objective.model_dump(exclude={"beta", "warmup", "free_bits"}) == {
        "type": "elbo",
        "likelihood": "bernoulli",
    }


def test_below_a_new_choice_what_is_given_with_it_is_never_dropped():
    with pytest.raises(ConfigError) as caught:
        load("model.type=dense", *VARIATIONAL, "model.latent.activity_l1=0.5", "objective.loss=ssim")
    first, second = str(caught.value).splitlines()
    assert first.startswith("--set model.latent.activity_l1=0.5: model.latent.activity_l1: unknown option")
    assert second.startswith("--set objective.loss=ssim: objective.loss: unknown option")


def test_the_type_that_a_file_leaves_out_counts_as_chosen():
    """`latent: {activation: tanh}` is a plain one."""
    text = "model: {type: dense, latent: {dim: 3, activation: tanh}}\nobjective: {loss: mse}\n"
    assert load(text=text).model.latent.model_dump()["type"] == "plain"
    assert load(*VARIATIONAL, text=text).model.latent.model_dump() == {"type": "gaussian", "dim": 3}
