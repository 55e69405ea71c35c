"""Every recipe's network where it is converted: what was written does what the network does."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aecli.config.load import load_config
from aecli.config.recipes import recipes
from aecli.core.options import tag_of
from aecli.models.networks.network import Network
from tests.export.networks import built, export, images

SHAPES = {"mnist": (28, 28), "images": (32, 32, 3), "sine_waves": (32, 1)}
"""What the recipes' data sets hold, if nothing is read."""

pytestmark = pytest.mark.usefixtures("tensorflow")


def networks() -> list[Any]:
    """The networks of all recipes, each by the first recipe that has it, and what goes into it.

    Those that have the words, the condition and the kind of samples of one before are slow tests: sizes alone are new.
    """
    found: list[Any] = []
    seen, words_seen = list[Any](), set[Any]()
    for recipe in recipes():
        config = load_config(recipe.path).config
        model, shape = config.model, SHAPES[config.data.model_dump()["name"]]
        words = (tag_of(model), tag_of(model.latent), model.condition, shape)
        if (model, shape) not in seen:
            marks = [pytest.mark.slow] if words in words_seen else []
            found.append(pytest.param(model, shape, marks=marks, id=recipe.name))
        seen.append((model, shape))
        words_seen.add(words)
    return found


@pytest.mark.parametrize("name", ["onnx", "litert"])
@pytest.mark.parametrize(("model", "shape"), networks())
def test_every_recipes_network_agrees(
    model: Network, shape: tuple[int, ...], name: str, tmp_path: Path
) -> None:
    labels = np.eye(10, dtype=np.float32)[:7] if model.condition else None
    network = built(model, shape, classes=10)
    export(network, name, tmp_path, images(shape), ("encoder", "decoder"), labels)
