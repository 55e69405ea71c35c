from typing import Any

import numpy as np
import pytest

from aecli.models.latents.gaussian import Gaussian, bounded
from aecli.models.latents.latent import Draw, Head, Step
from aecli.models.networks.dense import Dense

pytestmark = pytest.mark.usefixtures("tensorflow")

MEAN = np.array([[0.0, 0.0], [1.5, -0.7], [3.0, 0.2]], np.float32)
LOG_VAR = np.array([[0.0, 0.0], [-1.0, 0.8], [-4.0, 1.3]], np.float32)


def divergence() -> np.ndarray:
    return np.asarray(Gaussian().kl_per_dimension([MEAN, LOG_VAR])).sum(axis=1)


def draw_of(encoded: Any, seed: tuple[int, int], draws: int = 1) -> Draw:
    """A draw of given means and log-variances."""
    step = Step(seed, np.ones(encoded[0].shape[0], np.float32), training=False, draws=draws)
    return Gaussian().draw(encoded, Head(encoded), step)


def drawn(encoded: Any, seed: tuple[int, int], draws: int = 1) -> Any:
    """The latents of a draw."""
    return draw_of(encoded, seed, draws).latent


def test_the_encoder_gives_mean_and_log_variance() -> None:
    from aecli.models.build import build

    network = build(Dense(hidden=(16, 9), latent=Gaussian(dim=3)), (8, 8))
    z_mean, z_log_var = network.encoder(np.zeros((4, 8, 8), np.float32))
    assert z_mean.shape == z_log_var.shape == (4, 3)
    units = [layer.units for layer in network.encoder.layers if type(layer).__name__ == "Dense"]
    assert units == [16, 9, 3, 3]
    linear = [network.encoder.get_layer(name).activation.__name__ for name in ("z_mean", "z_log_var")]
    assert linear == ["linear", "linear"]
    units = [layer.units for layer in network.decoder.layers if type(layer).__name__ == "Dense"]
    assert units == [9, 16, 64]
    np.testing.assert_allclose(network.latent.variance([z_mean, z_log_var]), np.exp(z_log_var), rtol=1e-6)
    assert network.latent.serves == {"density", "free"}


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
        draws = np.asarray(drawn(encoded, (5, 6))).astype(np.float64)
        deviation = np.exp(log_var.astype(np.float64) / 2)
        assert np.all(np.abs(draws.mean(axis=0) - mean) < 4 * deviation / count**0.5)
        np.testing.assert_allclose(draws.std(axis=0), deviation, rtol=4 / (2 * count) ** 0.5)
        assert abs(np.corrcoef(draws.T)[0, 1]) < 4 / count**0.5


def test_a_draw_depends_on_its_seed_alone() -> None:
    encoded = [MEAN, LOG_VAR]
    first = np.asarray(drawn(encoded, (5, 6)))
    np.testing.assert_array_equal(np.asarray(drawn(encoded, (5, 6))), first)
    assert (np.asarray(drawn(encoded, (5, 7))) != first).all()
    np.testing.assert_array_equal(np.asarray(Gaussian().mean(encoded)), MEAN)


def test_the_gradient_goes_through_the_draw(tensorflow: Any) -> None:
    mean, log_var = tensorflow.Variable(MEAN), tensorflow.Variable(LOG_VAR)
    with tensorflow.GradientTape() as tape:
        draw = drawn([mean, log_var], (5, 6))
        total = tensorflow.reduce_sum(draw)
    of_mean, of_log_var = tape.gradient(total, [mean, log_var])
    np.testing.assert_allclose(of_mean, np.ones_like(MEAN))
    np.testing.assert_allclose(of_log_var, (draw.numpy() - MEAN) / 2, rtol=1e-4, atol=1e-6)


def test_draws_of_a_sample_are_many_and_their_own() -> None:
    draws = np.asarray(drawn([MEAN, LOG_VAR], (5, 6), draws=20_000)).reshape(20_000, *MEAN.shape)
    deviation = np.exp(LOG_VAR / 2)
    assert np.all(np.abs(draws.mean(axis=0) - MEAN) < 4.5 * deviation / 20_000**0.5)
    np.testing.assert_allclose(draws.std(axis=0), deviation, rtol=0.03)
    assert len(np.unique(draws[:, 0, 0])) > 19_000


def test_the_ratio_of_the_densities_is_that_of_the_normal_distributions() -> None:
    found = draw_of([MEAN, LOG_VAR], (5, 6), draws=4)
    given = np.asarray(found.latent, np.float64).reshape(4, *MEAN.shape)
    mean, variance = MEAN.astype(np.float64), np.exp(LOG_VAR.astype(np.float64))
    prior = -0.5 * (given**2 + np.log(2 * np.pi))
    posterior = -0.5 * ((given - mean) ** 2 / variance + np.log(2 * np.pi * variance))
    np.testing.assert_allclose(found.prior_ratio, (prior - posterior).sum(axis=-1), rtol=1e-4, atol=1e-4)


def test_the_ratio_is_right_where_the_mean_is_far_out() -> None:
    mean, log_var = np.full((1, 1), 3e5, np.float32), np.full((1, 1), -20.0, np.float32)
    ratio = float(draw_of([mean, log_var], (5, 6), draws=1).prior_ratio[0, 0])
    # What lies within a deviation or a few of the mean has nearly its density.
    assert ratio == pytest.approx(-0.5 * 9e10, rel=1e-5)


@pytest.mark.parametrize("log_var", [-500.0, 500.0])
def test_variances_beyond_all_bounds_end_in_no_infinity_and_find_their_way_back(
    log_var: float, tensorflow: Any
) -> None:
    encoded = [tensorflow.zeros((1, 1)), tensorflow.Variable([[log_var]])]
    with tensorflow.GradientTape() as tape:
        total = tensorflow.reduce_sum(Gaussian().kl_per_dimension(encoded))
    assert np.isfinite(total)
    # Down the gradient the log-variance comes nearer to 0.
    gradient = float(tape.gradient(total, encoded[1])[0, 0])
    assert np.isfinite(gradient)
    assert gradient * log_var > 0
    assert np.isfinite(drawn(encoded, (5, 6))).all()
    assert np.isfinite(Gaussian().variance(encoded)).all()


@pytest.mark.parametrize("log_var", [-1e4, 1e4])
def test_bounds_leave_the_gradient_of_a_log_variance_alone(log_var: float, tensorflow: Any) -> None:
    given = tensorflow.Variable([[log_var, -30.0, -12.5, 0.3, 20.0]])
    with tensorflow.GradientTape() as tape:
        found = bounded(given)
        total = tensorflow.reduce_sum(7.0 * found)
    # Inside it is what it was, to the last bit.
    np.testing.assert_array_equal(found[0, 1:], given[0, 1:])
    assert -30.0 <= float(found[0, 0]) <= 20.0
    np.testing.assert_array_equal(tape.gradient(total, given), np.full((1, 5), 7.0))


def test_the_first_draws_of_all_samples_stand_before_the_second() -> None:
    # Means far apart: whose draw it is can be seen.
    mean = np.array([[0.0, 1000.0], [2000.0, 3000.0], [4000.0, 5000.0]], np.float32)
    found = np.asarray(drawn([mean, np.zeros_like(mean)], (5, 6), draws=4))
    assert found.shape == (12, 2)
    off = found - np.tile(mean, (4, 1))
    assert np.abs(off).max() < 6.0
    assert len(np.unique(off)) > 20


@pytest.mark.parametrize("draws", [1, 3])
def test_what_a_sample_draws_does_not_depend_on_its_neighbours_numbers(draws: int) -> None:
    others = [np.concatenate([MEAN[:2], MEAN[2:] + 50]), np.concatenate([LOG_VAR[:2], LOG_VAR[2:] - 9])]
    one, other = (np.asarray(drawn(each, (5, 6), draws)) for each in ([MEAN, LOG_VAR], others))
    of_first_two = np.arange(3 * draws) % 3 < 2
    np.testing.assert_array_equal(one[of_first_two], other[of_first_two])
    assert (one[~of_first_two] != other[~of_first_two]).all()
