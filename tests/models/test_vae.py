from typing import Any

import numpy as np
import pytest

from aecli.models.vae import Vae

pytestmark = pytest.mark.usefixtures("tensorflow")

MEAN = np.array([[0.0, 0.0], [1.5, -0.7], [3.0, 0.2]], np.float32)
LOG_VAR = np.array([[0.0, 0.0], [-1.0, 0.8], [-4.0, 1.3]], np.float32)


def code(beta: float = 1.0) -> Any:
    from aecli.models.network.code import GaussianCode

    return GaussianCode(beta)


def divergence() -> np.ndarray:
    return np.asarray(code().penalties([MEAN, LOG_VAR])["kl"])


def test_the_encoder_gives_mean_and_log_variance() -> None:
    network = Vae(hidden=(16, 9), latent_dim=3).build((8, 8))
    z_mean, z_log_var = network.encoder(np.zeros((4, 8, 8), np.float32))
    assert z_mean.shape == z_log_var.shape == (4, 3)
    units = [layer.units for layer in network.encoder.layers if type(layer).__name__ == "Dense"]
    assert units == [16, 9, 3, 3]
    linear = [network.encoder.get_layer(name).activation.__name__ for name in ("z_mean", "z_log_var")]
    assert linear == ["linear", "linear"]
    units = [layer.units for layer in network.decoder.layers if type(layer).__name__ == "Dense"]
    assert units == [9, 16, 64]
    assert network.reconstruction == "sum"
    assert network.is_generative


def test_the_divergence_is_the_closed_form() -> None:
    mean, variance = MEAN.astype(np.float64), np.exp(LOG_VAR.astype(np.float64))
    expected = np.sum((mean**2 + variance - np.log(variance) - 1) / 2, axis=1)
    np.testing.assert_allclose(divergence(), expected, rtol=1e-6, atol=1e-7)
    assert divergence()[0] == 0.0


def test_the_divergence_is_what_sampling_estimates() -> None:
    rng = np.random.default_rng(0)
    mean, deviation = MEAN.astype(np.float64), np.exp(LOG_VAR.astype(np.float64) / 2)
    noise = rng.standard_normal((200_000, *mean.shape))
    codes = mean + deviation * noise
    log_posterior = -0.5 * noise**2 - np.log(deviation)
    log_prior = -0.5 * codes**2
    estimates = np.sum(log_posterior - log_prior, axis=2)
    errors = estimates.std(axis=0) / len(estimates) ** 0.5
    assert np.all(np.abs(estimates.mean(axis=0) - divergence()) <= 4 * errors + 1e-6)


def test_a_draw_has_the_mean_and_deviation_that_the_encoder_gives() -> None:
    count = 100_000
    for mean, log_var in zip(MEAN[1:], LOG_VAR[1:], strict=True):
        encoded = [np.tile(mean, (count, 1)), np.tile(log_var, (count, 1))]
        draws = np.asarray(code().draw(encoded, (5, 6))).astype(np.float64)
        deviation = np.exp(log_var.astype(np.float64) / 2)
        assert np.all(np.abs(draws.mean(axis=0) - mean) < 4 * deviation / count**0.5)
        np.testing.assert_allclose(draws.std(axis=0), deviation, rtol=4 / (2 * count) ** 0.5)
        assert abs(np.corrcoef(draws.T)[0, 1]) < 4 / count**0.5


def test_a_draw_depends_on_its_seed_alone() -> None:
    encoded = [MEAN, LOG_VAR]
    first = np.asarray(code().draw(encoded, (5, 6)))
    np.testing.assert_array_equal(np.asarray(code().draw(encoded, (5, 6))), first)
    assert (np.asarray(code().draw(encoded, (5, 7))) != first).all()
    np.testing.assert_array_equal(np.asarray(code().mean(encoded)), MEAN)


def test_the_gradient_goes_through_the_draw(tensorflow: Any) -> None:
    mean, log_var = tensorflow.Variable(MEAN), tensorflow.Variable(LOG_VAR)
    with tensorflow.GradientTape() as tape:
        draw = code().draw([mean, log_var], (5, 6))
        total = tensorflow.reduce_sum(draw)
    of_mean, of_log_var = tape.gradient(total, [mean, log_var])
    np.testing.assert_allclose(of_mean, np.ones_like(MEAN))
    np.testing.assert_allclose(of_log_var, (draw.numpy() - MEAN) / 2, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("beta", [0.0, 1.0, 4.0])
def test_beta_weights_the_divergence_in_the_total(beta: float) -> None:
    from aecli.training.losses import loss_parts

    network = Vae(hidden=(16,), beta=beta).build((8, 8))
    images = np.random.default_rng(0).random((4, 8, 8), np.float32)
    parts = loss_parts(network, "binary_crossentropy", images, images, (1, 2), training=False)
    reconstruction, kl, total = (np.asarray(parts[name]) for name in ("reconstruction", "kl", "total"))
    assert kl.min() > 0.0
    np.testing.assert_allclose(total, reconstruction + beta * kl, rtol=1e-6)
