from typing import Any

import numpy as np
import pytest

from aecli.models.dense import Dense

pytestmark = pytest.mark.usefixtures("tensorflow")


def dense_layers(model: Any) -> list[tuple[int, str]]:
    return [
        (layer.units, layer.activation.__name__) for layer in model.layers if type(layer).__name__ == "Dense"
    ]


def test_the_simple_autoencoder_is_the_posts() -> None:
    network = Dense().build((28, 28))
    assert dense_layers(network.encoder) == [(32, "relu")]
    assert dense_layers(network.decoder) == [(784, "linear")]
    assert network.encoder.count_params() == 784 * 32 + 32
    assert network.decoder.count_params() == 32 * 784 + 784
    assert network.latent_shape == (32,)


def test_the_deep_autoencoder_is_784_128_64_32_64_128_784() -> None:
    network = Dense(hidden=(128, 64), latent_dim=32).build((28, 28))
    assert dense_layers(network.encoder) == [(128, "relu"), (64, "relu"), (32, "relu")]
    assert dense_layers(network.decoder) == [(64, "relu"), (128, "relu"), (784, "linear")]
    assert network.encoder.count_params() == (784 * 128 + 128) + (128 * 64 + 64) + (64 * 32 + 32)
    assert network.decoder.count_params() == (32 * 64 + 64) + (64 * 128 + 128) + (128 * 784 + 784)
    assert network.autoencoder.count_params() == 222_384


def test_pixels_come_out_of_a_sigmoid() -> None:
    last = Dense().build((28, 28)).decoder.layers[-1]
    assert (type(last).__name__, last.activation.__name__) == ("Activation", "sigmoid")


def test_colours_are_pixels_of_their_own() -> None:
    network = Dense().build((4, 5, 3))
    assert network.autoencoder.count_params() == (60 * 32 + 32) + (32 * 60 + 60)


def test_the_output_is_what_the_weights_say() -> None:
    network = Dense(hidden=(6,), latent_dim=3).build((4, 5))
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=weight.shape) for weight in network.autoencoder.get_weights()]
    network.autoencoder.set_weights(weights)
    images = rng.random((7, 4, 5), np.float32)
    values: Any = images.reshape(7, 20).astype(np.float64)
    for kernel, bias in zip(weights[:-2:2], weights[1:-2:2], strict=True):
        values = np.maximum(values @ kernel + bias, 0.0)
    values = 1 / (1 + np.exp(-(values @ weights[-2] + weights[-1])))
    np.testing.assert_allclose(np.asarray(network.autoencoder(images)), values.reshape(7, 4, 5), atol=1e-5)


def test_without_a_penalty_a_code_costs_nothing() -> None:
    assert Dense().build((4, 4)).code.penalty_weights == {}


def test_the_penalty_is_the_l1_norm_of_the_code_times_its_factor() -> None:
    code = Dense(activity_l1=0.25).build((4, 4)).code
    encoded = np.array([[1.0, -2.0, 3.0], [0.0, 0.5, 0.0]], np.float32)
    assert code.penalty_weights == {"activity_penalty": 1.0}
    np.testing.assert_allclose(np.asarray(code.penalties(encoded)["activity_penalty"]), [1.5, 0.125])
    assert code.draw(encoded, (0, 0)) is encoded
