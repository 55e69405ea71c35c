"""The whole effective config, with where each value came from."""

import pytest

from aecli.config.annotate import annotate
from aecli.config.load import Loaded, check, load_config
from aecli.config.overrides import parse_set
from aecli.config.recipes import Recipe, recipes
from aecli.config.yaml_text import parse

TEXT = """\
model:
  type: conv
  filters: [16,
            8]
corruption: {type: gaussian}
training:
  optimizer: {type: adadelta, learning_rate: 1.0}
"""


def load(*assignments: str, text: str = TEXT) -> Loaded:
    return check(parse(text, "f.yaml"), "f.yaml", [parse_set(assignment) for assignment in assignments])


def lines(loaded: Loaded) -> dict[str, str]:
    """The shown lines without their indentation: what stands before the comment → the comment."""
    shown = {}
    for line in annotate(loaded).splitlines():
        value, _, origin = line.partition("  # ")
        shown[value.strip()] = origin
    return shown


def test_values_of_the_file_name_their_line() -> None:
    shown = lines(load())
    assert shown["type: conv"] == "f.yaml:2:9"
    assert shown["filters: [16, 8]"] == "f.yaml:3:12"
    assert shown["learning_rate: 1.0"] == "f.yaml:7:46"


def test_values_of_flags_name_the_flag() -> None:
    shown = lines(load("training.epochs=3", "training.optimizer={type: sgd, momentum: 0.9}"))
    assert shown["epochs: 3"] == "--set training.epochs=3"
    assert shown["type: sgd"] == "--set training.optimizer={type: sgd, momentum: 0.9}"
    assert shown["momentum: 0.9"] == "--set training.optimizer={type: sgd, momentum: 0.9}"
    assert shown["learning_rate: 0.01"] == "default"


def test_all_else_is_a_default() -> None:
    shown = lines(load())
    assert shown["batch_size: 256"] == "default"
    assert shown["name: mnist"] == "default"
    assert shown["schedule: null"] == "default"
    assert shown["stddev: 0.5"] == "default"


def test_each_line_but_a_heading_has_its_origin() -> None:
    for value, origin in lines(load()).items():
        assert value.endswith(":") == (origin == ""), value


def test_the_comments_stand_in_one_column() -> None:
    text = annotate(load())
    assert len({line.index("  # ") for line in text.splitlines() if "  # " in line}) == 1
    assert text.endswith("\n")


def test_what_is_shown_loads_to_the_same_config() -> None:
    loaded = load("corruption=null", "training.epochs=7", "data={name: mnist, path: 'a #b: c'}")
    again = load(text=annotate(loaded))
    assert again.config == loaded.config


@pytest.mark.parametrize("recipe", recipes(), ids=lambda recipe: recipe.name)
def test_a_recipe_as_shown_is_the_same_config(recipe: Recipe) -> None:
    loaded = load_config(recipe.path)
    assert load(text=annotate(loaded)).config.model_dump() == loaded.config.model_dump()
