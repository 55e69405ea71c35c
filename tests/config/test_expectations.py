"""The `expect:` block is checked like any option, and changes nothing about a run."""

import pytest

from aecli.config.load import load_config
from aecli.config.recipes import recipes
from aecli.config.trial import identity, trial
from aecli.core.errors import ConfigError

RIGHT = "{metric: reconstruction.bce, value: 0.1, data: mnist5k, source: post, epochs: 2, cpu_minutes: 1}"


def load(tmp_path, *items):
    path = tmp_path / "recipe.yaml"
    lines = "".join(f"  - {item}\n" for item in items)
    path.write_text("model: {type: dense}\n" + (f"expect:\n{lines}" if items else ""))
    return load_config(path).config


def test_it_is_typed(tmp_path):
    (expected,) = load(tmp_path, RIGHT).expect
    assert (expected.metric, expected.value, expected.tolerance) == ("reconstruction.bce", 0.1, None)


def test_it_is_no_part_of_a_runs_config(tmp_path):
    with_, without = load(tmp_path, RIGHT), load(tmp_path)
    assert with_.model_dump(mode="json") == without.model_dump(mode="json")
    assert identity(with_) == identity(without)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            ("value: 0.1", "value: much"),
            r"recipe.yaml:3:\d+: expect\[0\].value: must be a valid number, got 'much'",
        ),
        (("source: post", "source: rumour"), r"expect\[0\].source: must be 'post', .*got 'rumour'"),
        (("epochs: 2, ", ""), r"expect\[0\].epochs: is required but not given"),
        (("value:", "valeu: 1, value:"), r"expect\[0\].valeu: unknown option; did you mean 'value'"),
        (("mnist5k", "mnits"), r"expect\[0\].data: unknown data set 'mnits'; did you mean 'mnist'"),
        (("reconstruction.bce", "bce"), r"expect\[0\].metric: must .*match"),
    ],
)
def test_mistakes_are_named_with_their_place(tmp_path, wrong, message):
    with pytest.raises(ConfigError, match=message):
        load(tmp_path, RIGHT.replace(*wrong))


def test_one_run_must_be_able_to_meet_all_expectations_of_a_data_set(tmp_path):
    with pytest.raises(ConfigError, match=r"expect\[1\].epochs: differs from the 2 expected above"):
        load(tmp_path, RIGHT, RIGHT.replace("epochs: 2", "epochs: 3"))
    assert load(tmp_path, RIGHT, RIGHT.replace("mnist5k", "mnist").replace("epochs: 2", "epochs: 3"))


def test_what_others_published_may_hold_after_other_epochs(tmp_path):
    published = RIGHT.replace("epochs: 2", "epochs: 3").replace("post", "published")
    load(tmp_path, published, RIGHT)
    assert trial(tmp_path / "recipe.yaml", "mnist5k").config.training.epochs == 2


@pytest.mark.parametrize("recipe", recipes(), ids=lambda recipe: recipe.name)
def test_recipes_expect_of_mnist_what_their_own_epochs_reach(recipe):
    config = load_config(recipe.path).config
    ours = [one for one in config.expect if one.data == "mnist" and one.source != "published"]
    assert {one.epochs for one in ours} <= {config.training.epochs}
