from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from aecli.models.latents.plain import Plain
from aecli.models.networks.dense import Dense
from aecli.models.networks.network import Network

if TYPE_CHECKING:
    from aecli.models.autoencoder import Autoencoder

pytestmark = pytest.mark.usefixtures("tensorflow")


def built(model: Network, shape: tuple[int, ...], classes: int = 0) -> "Autoencoder":
    from aecli.models.build import build

    return build(model, shape, classes)


def dense_layers(model: Any) -> list[tuple[int, str]]:
    return [
        (layer.units, layer.activation.__name__) for layer in model.layers if type(layer).__name__ == "Dense"
    ]


def test_the_simple_autoencoder_is_the_posts() -> None:
    network = built(Dense(), (28, 28))
    assert dense_layers(network.encoder) == [(32, "relu")]
    assert dense_layers(network.decoder) == [(784, "linear")]
    assert network.encoder.count_params() == 784 * 32 + 32
    assert network.decoder.count_params() == 32 * 784 + 784
    assert network.latent_shape == (32,)


def test_the_deep_autoencoder_is_784_128_64_32_64_128_784() -> None:
    network = built(Dense(hidden=(128, 64)), (28, 28))
    assert dense_layers(network.encoder) == [(128, "relu"), (64, "relu"), (32, "relu")]
    assert dense_layers(network.decoder) == [(64, "relu"), (128, "relu"), (784, "linear")]
    assert network.encoder.count_params() == (784 * 128 + 128) + (128 * 64 + 64) + (64 * 32 + 32)
    assert network.decoder.count_params() == (32 * 64 + 64) + (64 * 128 + 128) + (128 * 784 + 784)
    assert network.autoencoder.count_params() == 222_384


def test_pixels_come_out_of_a_sigmoid() -> None:
    last = built(Dense(), (28, 28)).decoder.layers[-1]
    assert (type(last).__name__, last.activation.__name__) == ("Activation", "sigmoid")


def test_colours_are_pixels_of_their_own() -> None:
    network = built(Dense(), (4, 5, 3))
    assert network.autoencoder.count_params() == (60 * 32 + 32) + (32 * 60 + 60)


def test_the_output_is_what_the_weights_say() -> None:
    network = built(Dense(hidden=(6,), latent=Plain(dim=3, activation="relu")), (4, 5))
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=weight.shape) for weight in network.autoencoder.get_weights()]
    network.autoencoder.set_weights(weights)
    images = rng.random((7, 4, 5), np.float32)
    values: Any = images.reshape(7, 20).astype(np.float64)
    for kernel, bias in zip(weights[:-2:2], weights[1:-2:2], strict=True):
        values = np.maximum(values @ kernel + bias, 0.0)
    values = 1 / (1 + np.exp(-(values @ weights[-2] + weights[-1])))
    np.testing.assert_allclose(np.asarray(network.autoencoder(images)), values.reshape(7, 4, 5), atol=1e-5)


def test_a_label_stands_behind_the_numbers_of_sample_and_latent() -> None:
    network = built(Dense(hidden=(6,), latent=Plain(dim=3), condition="label"), (4, 5), classes=7)
    kernels = [weights.shape for weights in network.encoder.get_weights() if weights.ndim == 2]
    assert kernels == [(20 + 7, 6), (6, 3)]
    kernels = [weights.shape for weights in network.decoder.get_weights() if weights.ndim == 2]
    assert kernels == [(3 + 7, 6), (6, 20)]
