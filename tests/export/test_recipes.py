"""Every recipe's network where it is converted: what was written does what the network does."""

from pathlib import Path

import pytest

from aecli.config.load import load_config
from aecli.config.recipes import recipes
from tests.export.networks import build, export, images

SHAPES = {"mnist": (28, 28), "images": (32, 32, 3), "sine_waves": (32, 1)}
"""What the recipes' data sets hold, if nothing is read."""

pytestmark = pytest.mark.usefixtures("tensorflow")


@pytest.mark.parametrize("name", ["onnx", "litert"])
@pytest.mark.parametrize("recipe", [recipe.name for recipe in recipes()])
def test_every_recipes_network_agrees(recipe: str, name: str, tmp_path: Path) -> None:
    (path,) = (each.path for each in recipes() if each.name == recipe)
    config = load_config(path).config
    shape = SHAPES[config.data.model_dump()["name"]]
    export(build(config.model, shape), name, tmp_path, images(shape), ("encoder", "decoder"))
