"""Every recipe's network where it is converted: what was written does what the network does."""

from pathlib import Path

import pytest

from aecli.config.load import load_config
from aecli.config.recipes import recipes
from tests.exports.networks import build, export, images

pytestmark = pytest.mark.usefixtures("tensorflow")


@pytest.mark.parametrize("name", ["onnx", "litert"])
@pytest.mark.parametrize("recipe", [recipe.name for recipe in recipes()])
def test_every_recipes_network_agrees(recipe: str, name: str, tmp_path: Path) -> None:
    (path,) = (each.path for each in recipes() if each.name == recipe)
    network = build(load_config(path).config.model, (28, 28))
    export(network, name, tmp_path, images((28, 28)), ("encoder", "decoder"))
