from typing import Any

import numpy as np
import pytest

from aecli.models.latents.plain import Plain
from aecli.models.networks.conv import Conv
from aecli.models.networks.dense import Dense
from aecli.models.networks.network import Network
from aecli.objectives.contractive import Contractive
from aecli.objectives.reconstruction import Reconstruction
from tests.objectives.made_up import arrays, batch, built, costs, images, terms

pytestmark = pytest.mark.usefixtures("tensorflow")

DENSE = Dense(hidden=(16,), activation="tanh", latent=Plain(dim=4, activation="tanh"))
CONV = Conv(filters=(3,))
MANY = 2000
of_both = pytest.mark.parametrize("model", [DENSE, CONV], ids=["dense", "conv"])


def norms(network: Any, samples: np.ndarray) -> np.ndarray:
    """The sum of squares of all derivatives of a sample's latent by its pixels, one latent number at a time."""
    import tensorflow as tf

    given = tf.constant(samples)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(given)
        latents = tf.reshape(network.encode(given), (len(samples), -1))
    jacobian = tape.batch_jacobian(latents, given, experimental_use_pfor=False)
    return np.square(jacobian.numpy().astype(np.float64)).sum(axis=(1, 2, 3))


def estimates(network: Any, sample: np.ndarray, products: int, count: int = MANY) -> np.ndarray:
    """Estimates for one sample: each row of a batch draws its own."""
    training = Contractive(weight=1.0, products=products).train(network, 100)
    repeated = np.repeat(sample[np.newaxis], count, axis=0)
    return arrays(terms(training, batch(repeated)))["contraction"].astype(np.float64)


@of_both
def test_its_mean_is_the_squared_norm_of_the_jacobian(model: Network) -> None:
    network = built(model)
    exact = norms(network, images())
    for i in range(2):
        found = estimates(network, images()[i], products=1)
        error = found.std() / MANY**0.5
        assert error < 0.05 * exact[i]
        assert abs(found.mean() - exact[i]) < 4 * error
        assert found.min() >= 0.0


@of_both
def test_the_more_products_the_nearer_is_an_estimate(model: Network) -> None:
    network = built(model)
    (exact,) = norms(network, images()[:1])
    rough, near = (estimates(network, images()[0], products, 200) for products in (1, 64))
    assert near.std() == pytest.approx(rough.std() / 8, rel=0.3)
    assert np.abs(near - exact).mean() < np.abs(rough - exact).mean() / 4
    assert abs(near.mean() - exact) < 4 * near.std() / 200**0.5


def test_the_factor_weighs_it_and_the_rest_is_reconstruction() -> None:
    _, plain = costs(DENSE, Reconstruction())
    _, one = costs(DENSE, Contractive(weight=1.0))
    _, found = costs(DENSE, Contractive(weight=0.25))
    assert list(found) == ["reconstruction", "contraction", "total"]
    np.testing.assert_allclose(found["contraction"], 0.25 * one["contraction"], rtol=1e-6)
    np.testing.assert_allclose(found["reconstruction"], plain["reconstruction"], rtol=1e-6)
    np.testing.assert_allclose(found["total"], found["reconstruction"] + found["contraction"], rtol=1e-6)


def test_down_its_gradient_latents_change_less_with_samples(tensorflow: Any) -> None:
    network = built(DENSE)
    training, before = Contractive(weight=1.0).train(network, 100), norms(network, images()).mean()
    weights = network.encoder.trainable_variables
    for step in range(20):
        with tensorflow.GradientTape() as tape:
            found = terms(training, batch(), (1, step), moving=True).charged["contraction"]
            total = tensorflow.reduce_mean(found)
        for weight, gradient in zip(weights, tape.gradient(total, weights), strict=True):
            if gradient is not None:
                weight.assign_sub(0.05 * gradient)
    assert norms(network, images()).mean() < before / 2
