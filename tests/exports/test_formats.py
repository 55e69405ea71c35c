"""Every format for every family and every recipe: what was written does what the network does."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from aecli.config.load import load_config
from aecli.config.recipes import recipes
from aecli.exports.destination import ALL
from aecli.exports.formats.format import FORMATS
from aecli.messages import Messages
from aecli.models.spec import MODELS, ModelSpec

if TYPE_CHECKING:
    from aecli.models.network.autoencoder import Autoencoder

pytestmark = pytest.mark.usefixtures("tensorflow")

ODD = (5, 11)
"""Not divisible by the pooling, so that maps are cropped; and few steps for the LSTM that is unrolled."""


def build(spec: ModelSpec, shape: tuple[int, ...]) -> "Autoencoder":
    import keras

    keras.utils.set_random_seed(3)
    return spec.build(shape)


def images(shape: tuple[int, ...], count: int = 7) -> np.ndarray:
    return np.random.default_rng(4).random((count, *shape), np.float32)


def export(
    network: "Autoencoder", name: str, folder: Path, pictures: np.ndarray, parts: Any = ALL
) -> dict[str, Any]:
    from aecli.exports.export import export_network

    return export_network(network, FORMATS[name](), parts, pictures, folder, Messages(quiet=True))


@pytest.mark.parametrize("name", list(FORMATS))
@pytest.mark.parametrize("family", list(MODELS))
def test_every_family_in_every_format(family: str, name: str, tmp_path: Path) -> None:
    network, pictures = build(MODELS[family](), ODD), images(ODD)
    exported = export(network, name, tmp_path, pictures)
    assert list(exported) == list(ALL)
    target = FORMATS[name]()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        f"{part}{target.suffix}" for part in ALL
    )

    # Read and compared here once more, against the network itself, with a batch of another size.
    def loaded(part: str, inputs: np.ndarray) -> dict[str, np.ndarray]:
        return target.load(tmp_path / exported[part]["file"])(inputs)

    few = pictures[:3]
    codes, outputs = network.encode_all(few), network.decode_all(network.encode_all(few))
    encoded = loaded("encoder", few)
    np.testing.assert_allclose(encoded["code"], codes, rtol=0, atol=1e-4 * np.abs(codes).max())
    np.testing.assert_allclose(loaded("decoder", codes)["reconstruction"], outputs, rtol=0, atol=1e-5)
    np.testing.assert_allclose(loaded("whole", few)["reconstruction"], outputs, rtol=0, atol=1e-5)
    assert set(encoded) == ({"code", "z_log_var"} if network.is_generative else {"code"})
    if network.is_generative:
        z_log_var = np.asarray(network.encoder(few)[1])
        np.testing.assert_allclose(encoded["z_log_var"], z_log_var, rtol=0, atol=1e-4)


@pytest.mark.parametrize("name", ["onnx", "litert"])
@pytest.mark.parametrize("recipe", [recipe.name for recipe in recipes()])
def test_every_recipes_network_where_it_is_converted(recipe: str, name: str, tmp_path: Path) -> None:
    (path,) = (each.path for each in recipes() if each.name == recipe)
    network = build(load_config(path).config.model, (28, 28))
    export(network, name, tmp_path, images((28, 28)), ("encoder", "decoder"))


@pytest.mark.parametrize("name", list(FORMATS))
def test_large_odd_pictures_in_colour(name: str, tmp_path: Path) -> None:
    network = build(MODELS["conv"](filters=(4, 2)), (33, 47, 3))
    export(network, name, tmp_path, images((33, 47, 3)), ("whole",))
