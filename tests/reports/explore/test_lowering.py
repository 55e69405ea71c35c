"""A page's program, run by NumPy on the page's own bytes, does what Keras does."""

from typing import Any

import numpy as np
import pytest

from aecli.models.latents.plain import Plain
from aecli.models.latents.topk import TopK
from aecli.models.latents.vq import Vq
from aecli.models.networks.conv import Conv
from aecli.models.networks.dense import Dense
from aecli.models.networks.network import Network
from tests.models.test_contract import CLASSES, built, name, of_all

pytestmark = pytest.mark.usefixtures("tensorflow")

COUNT = 12


def agreement(model: Network, shape: tuple[int, ...], precision: str = "float32") -> Any:
    """How far a page's network is from Keras's, on made-up samples; and the nearest latents of made-up numbers."""
    import keras

    from aecli.reports.explore.agreement import compare
    from aecli.reports.explore.interpreter import run
    from aecli.reports.explore.lowering import lower
    from aecli.reports.explore.program import Weights

    network, random = built(model, shape), np.random.default_rng(0)
    samples = random.random((COUNT, *shape)).astype(np.float32)
    told = np.eye(CLASSES, dtype=np.float32)[np.arange(COUNT) % CLASSES] if network.classes else None
    weights = Weights(precision)
    encoder, decoder = lower(network.encoder, weights), lower(network.decoder, weights)
    latent = keras.Input(network.latent_shape)
    nearest = lower(keras.Model(latent, network.latent.nearest(latent, network.head)), weights)
    anything = random.normal(size=(COUNT, *network.latent_shape)).astype(np.float32)
    found = run(nearest, weights.unpacked(), anything)[0]
    assert (np.abs(found - network.nearest(anything)) > 1e-3).mean() < 0.02
    codes = network.encode_all(samples, told)
    given = [samples, *([] if told is None else [told])]
    return compare(
        encoder,
        decoder,
        weights.unpacked(),
        precision,
        given,
        codes,
        network.decode_all(codes, told),
    )


@of_all
def test_every_network_with_every_latent_is_in_the_page_what_it_is_in_keras(model: Network) -> None:
    found = agreement(model, (8, 8))
    assert found.code < 1e-5
    assert found.output < 1e-5
    assert found.flips < 0.01


@pytest.mark.parametrize("shape", [(28, 28, 3), (33, 47)], ids=str)
def test_odd_sizes_and_colours_too(shape: tuple[int, ...]) -> None:
    found = agreement(Conv(filters=(4, 3), kernel_size=4), shape)
    assert found.code < 1e-5
    assert found.output < 1e-5


@pytest.mark.parametrize(
    "activation", ["gelu", "selu", "silu", "softplus", "leaky_relu", "elu", "tanh", "sigmoid"]
)
def test_every_activation(activation: str) -> None:
    model = Dense(hidden=(16,), activation=activation, latent=Plain(dim=4, activation="linear"))
    assert agreement(model, (8, 8)).output < 1e-5


@pytest.mark.parametrize("model", [Conv(latent=Vq()), Dense(latent=TopK(dim=64, k=8))], ids=name)
def test_half_precision_may_flip_choices_but_few(model: Network) -> None:
    found = agreement(model, (8, 8), "float16")
    assert found.output < 1e-2
    assert found.code < 1e-2


def test_what_a_page_does_not_know_is_named() -> None:
    import keras

    from aecli.reports.explore.lowering import NotInPage, lower
    from aecli.reports.explore.program import Weights

    given = keras.Input((8,))
    for layer, named in (
        (keras.layers.LayerNormalization(), "LayerNormalization"),
        (keras.layers.Dense(3, activation="hard_sigmoid"), "hard_sigmoid"),
        (keras.layers.ReLU(max_value=1.0), "max_value=1.0"),
    ):
        with pytest.raises(NotInPage, match=named):
            lower(keras.Model(given, layer(given)), Weights("float16"))
