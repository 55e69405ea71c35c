"""Every recipe's network where it is converted: what was written does what the network does."""

from pathlib import Path

import numpy as np
import pytest

from aecli.config.load import load_config
from aecli.config.recipes import recipes
from aecli.models.networks.network import Network
from tests.export.networks import built, export, images

SHAPES = {"mnist": (28, 28), "images": (32, 32, 3), "sine_waves": (32, 1)}
"""What the recipes' data sets hold, if nothing is read."""

pytestmark = pytest.mark.usefixtures("tensorflow")


def networks() -> dict[str, tuple[Network, tuple[int, ...]]]:
    """The networks of all recipes, each by the first recipe that has it, and what goes into it."""
    found: dict[str, tuple[Network, tuple[int, ...]]] = {}
    for recipe in recipes():
        config = load_config(recipe.path).config
        network = config.model, SHAPES[config.data.model_dump()["name"]]
        if network not in found.values():
            found[recipe.name] = network
    return found


@pytest.mark.parametrize("name", ["onnx", "litert"])
@pytest.mark.parametrize(("model", "shape"), networks().values(), ids=networks())
def test_every_recipes_network_agrees(
    model: Network, shape: tuple[int, ...], name: str, tmp_path: Path
) -> None:
    labels = np.eye(10, dtype=np.float32)[:7] if model.condition else None
    network = built(model, shape, classes=10)
    export(network, name, tmp_path, images(shape), ("encoder", "decoder"), labels)
