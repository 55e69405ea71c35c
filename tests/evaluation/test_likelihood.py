"""The estimators against a linear-Gaussian model, whose likelihood and posterior are known."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from aecli.evaluation.likelihood import estimate
from aecli.models.autoencoder import Autoencoder
from aecli.models.latents.gaussian import Gaussian
from aecli.models.latents.latent import Head
from aecli.objectives.distortion import Distortion

NOISE = 0.6
"""Standard deviation of p(x | z) = N(Wz, NOISE²)."""
SCALES = np.array([2.0, 0.5])


def bounds_of(network, images, draws, seed=0):
    """The bounds under N(output, NOISE²)."""
    gaussian = Distortion.of("gaussian")
    gaussian.restore({"sigma": NOISE})
    return estimate(network, images, images, None, gaussian, draws, seed)


@pytest.fixture(scope="module")
def model():
    """W with orthogonal columns, so that the true posterior is a diagonal Gaussian."""
    random = np.random.default_rng(0)
    w = np.linalg.qr(random.normal(size=(5, 2)))[0] * SCALES
    images = (random.normal(size=(40, 2)) @ w.T + NOISE * random.normal(size=(40, 5))).astype(np.float32)
    covariance = w @ w.T + NOISE**2 * np.eye(5)
    quadratic = np.einsum("ni,ij,nj->n", images, np.linalg.inv(covariance), images)
    log_likelihood = -0.5 * (quadratic + np.linalg.slogdet(2 * np.pi * covariance)[1])
    return w, images, log_likelihood


def network(w, widened=1.0):
    """The exact posterior as encoder, its variance times `widened`, and the exact decoder."""
    precision = SCALES**2 / NOISE**2 + 1
    image, code = keras.Input((5,)), keras.Input((2,))
    mean = keras.layers.Dense(2, name="m")
    log_var = keras.layers.Dense(2, name="v")
    encoder = keras.Model(image, [mean(image), log_var(image)])
    mean.set_weights([w / NOISE**2 / precision, np.zeros(2)])
    log_var.set_weights([np.zeros((5, 2)), np.log(widened / precision)])
    decode = keras.layers.Dense(5, use_bias=False)
    decoder = keras.Model(code, decode(code))
    decode.set_weights([w.T])
    return Autoencoder(encoder, decoder, Gaussian(dim=2), Head(encoder.outputs))


def test_with_the_true_posterior_one_draw_gives_the_likelihood(model):
    w, images, log_likelihood = model
    bounds = bounds_of(network(w), images, 1, 0)
    np.testing.assert_allclose(bounds.nll, -log_likelihood, atol=1e-4)
    np.testing.assert_allclose(bounds.effective_draws, 1.0, atol=1e-5)


def test_with_another_posterior_many_draws_come_near_from_above(model):
    w, images, log_likelihood = model
    one, many = (bounds_of(network(w, widened=2.5), images, draws, 0).nll.mean() for draws in (1, 2000))
    assert one > -log_likelihood.mean() + 0.2
    assert many == pytest.approx(-log_likelihood.mean(), abs=0.01)


def test_the_elbo_is_the_likelihood_minus_the_posteriors_divergence(model):
    w, images, log_likelihood = model
    widened = 2.5
    bounds = bounds_of(network(w, widened), images, 4000, 0)
    gap = 0.5 * 2 * (widened - 1 - np.log(widened))  # KL(q ‖ true posterior), two dimensions
    np.testing.assert_allclose(
        (bounds.reconstruction + bounds.kl).mean(), -log_likelihood.mean() + gap, atol=0.03
    )


def test_the_seed_alone_decides(model):
    w, images, _ = model
    first, again, other = (bounds_of(network(w, 2.5), images, 5, s).nll for s in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert np.any(first != other)


def test_the_kl_is_the_closed_form():
    mean, log_var = np.array([[0.5, -2.0]], np.float32), np.array([[0.3, -1.0]], np.float32)
    wanted = 0.5 * (mean**2 + np.exp(log_var) - 1 - log_var)
    np.testing.assert_allclose(Gaussian().kl_per_dimension((mean, log_var)), wanted, rtol=1e-6)


def test_bernoulli_is_the_sum_of_the_cross_entropies():
    images, outputs = np.array([[[0.2, 1.0]]], np.float32), np.array([[[0.5, 0.9]]], np.float32)
    got = Distortion.of("bernoulli").losses(tf.constant(images), tf.constant(outputs))
    np.testing.assert_allclose(got, [-np.log(0.5) - np.log(0.9)], rtol=1e-5)
