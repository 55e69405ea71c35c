from typing import Any

import numpy as np
import pytest

from aecli.models.latents.latent import Head, Step
from aecli.models.latents.plain import Plain
from aecli.models.networks.conv import Conv
from aecli.models.networks.dense import Dense
from aecli.models.networks.lstm import Lstm

pytestmark = pytest.mark.usefixtures("tensorflow")


def draw(latent: Plain, encoded: np.ndarray) -> Any:
    return latent.draw(encoded, Head(encoded), Step((0, 0), np.ones(len(encoded), np.float32), True))


def test_without_a_size_it_is_the_networks_own_features() -> None:
    from aecli.models.build import build

    assert build(Conv(filters=(4, 3)), (28, 28)).latent_shape == (7, 7, 3)
    assert build(Lstm(encoder_units=6), (28, 28)).latent_shape == (6,)
    assert build(Dense(hidden=(9, 5), latent=Plain()), (28, 28)).latent_shape == (5,)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "linear"])
def test_with_a_size_it_is_a_layer_of_its_own(activation: Any) -> None:
    from aecli.models.build import build

    latent = Plain(dim=5, activation=activation)
    network = build(Conv(filters=(4,), latent=latent), (8, 8))
    assert network.latent_shape == (5,)
    last = network.encoder.layers[-1]
    assert (last.units, last.activation.__name__) == (5, activation)
    assert ("free" in latent.serves) == (activation == "linear")


def test_without_a_penalty_a_latent_costs_nothing() -> None:
    encoded = np.ones((2, 3), np.float32)
    drawn = draw(Plain(), encoded)
    assert drawn.latent is encoded
    assert drawn.charges == {}
    assert Plain().charged == ()


def test_the_penalty_is_the_l1_norm_of_the_latent_times_its_factor() -> None:
    latent = Plain(dim=3, activity_l1=0.25)
    encoded = np.array([[1.0, -2.0, 3.0], [0.0, 0.5, 0.0]], np.float32)
    assert latent.charged == ("activity_penalty",)
    drawn = draw(latent, encoded)
    np.testing.assert_allclose(np.asarray(drawn.charges["activity_penalty"]), [1.5, 0.125])
    assert drawn.latent is encoded


def test_the_penalty_covers_all_maps_of_the_latent() -> None:
    encoded = np.ones((2, 3, 4, 5), np.float32) * np.array([1.0, -2.0], np.float32).reshape(2, 1, 1, 1)
    charges = draw(Plain(activity_l1=0.5), encoded).charges
    np.testing.assert_allclose(np.asarray(charges["activity_penalty"]), [30.0, 60.0])


@pytest.mark.parametrize(
    "network",
    [
        Dense(latent=Plain(dim=32, activation="relu", activity_l1=0.02)),
        Conv(filters=(4, 3), latent=Plain(activity_l1=0.02)),
    ],
    ids=["dense", "conv"],
)
def test_the_activity_penalty_is_that_of_keras(network: Any) -> None:
    import keras

    from aecli.models.build import build

    built = build(network, (8, 8))
    images = np.random.default_rng(0).random((6, 8, 8), np.float32)
    image = keras.Input((8, 8))
    same_latent = keras.layers.ActivityRegularization(l1=0.02)
    regularised = keras.Model(image, same_latent(built.encoder(image)))
    regularised(images)
    (of_keras,) = regularised.losses
    assert float(of_keras) > 0.0
    charges = draw(network.latent, np.asarray(built.encoder(images))).charges
    assert np.asarray(charges["activity_penalty"]).mean() == pytest.approx(float(of_keras), rel=1e-6)
