"""Whether a run is as its recipe expects, in words."""

import pytest

from aecli.config.load import open_config
from aecli.config.overrides import parse_set
from aecli.config.trial import recipe_of
from aecli.evaluation.report import Findings
from aecli.reports.reproduction.judged import judged


def config_of(*changes):
    return open_config("contractive", [parse_set(change) for change in changes]).config


def reached(jacobian, accuracy=0.878):
    found = Findings()
    found.add("latent.jacobian", jacobian, "", "lower")
    found.add("probe.linear_accuracy", accuracy, "fraction", "higher")
    return found


@pytest.mark.parametrize(
    "changes", [[], ["seed=7"], ["data.fallback=null"], ["training.execution.compile=false"]]
)
def test_a_run_of_a_recipe_is_known(changes):
    found = recipe_of(config_of(*changes), "mnist")
    assert found is not None
    assert found.recipe == "contractive"


@pytest.mark.parametrize("changes", [["training.epochs=2"], ["data.limit=200"], ["model.latent.dim=2"]])
def test_a_changed_recipe_is_none(changes):
    assert recipe_of(config_of(*changes), "mnist") is None


def test_nothing_is_expected_of_other_data():
    assert recipe_of(config_of(), "mnist5k") is None


@pytest.mark.parametrize(
    ("found", "start"),
    [
        (reached(1.0), "As the recipe contractive expects: latent.jacobian 1 (expected 1.03 ± 0.1), probe"),
        (reached(1.0, accuracy=0.5), "NOT as the recipe contractive expects: probe.linear_accuracy 0.5"),
        (reached(0.5, accuracy=0.99), "Better than the recipe contractive expects"),
    ],
)
def test_the_verdict_is_a_sentence(found, start):
    trial = recipe_of(config_of(), "mnist")
    assert trial is not None
    assert str(judged(trial, found)).startswith(start)


def test_what_was_not_measured_is_not_judged():
    trial = recipe_of(config_of(), "mnist")
    assert trial is not None
    assert judged(trial, Findings()) is None
