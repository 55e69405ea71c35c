from typing import Any

import numpy as np
import pytest

from aecli.models.latents.gaussian import Gaussian
from aecli.models.networks.dense import Dense
from aecli.objectives.elbo import Elbo
from aecli.objectives.iwae import Iwae
from tests.objectives.made_up import COUNT, arrays, batch, built, costs, images, terms

pytestmark = pytest.mark.usefixtures("tensorflow")

MODEL = Dense(hidden=(16,), latent=Gaussian(dim=3))
SEED = (3, 4)


def log_normal(numbers: np.ndarray, mean: Any, log_variance: Any) -> np.ndarray:
    return -0.5 * ((numbers - mean) ** 2 / np.exp(log_variance) + log_variance + np.log(2 * np.pi))


def by_hand(network: Any, draws: int, weights: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Of each draw, (draws, samples): log p(x | z), and log p(z) - log q(z | x)."""
    from aecli.core import noise

    mean, log_variance = (np.asarray(each, np.float64) for each in network.encoded(images()))
    drawn = np.asarray(noise.normal((draws, *mean.shape), np.array(SEED, np.int32)), np.float64)
    latents = mean + np.exp(log_variance / 2) * drawn
    targets = images().astype(np.float64)
    likelihoods = []
    for each in latents:
        outputs = np.asarray(network.decode(each.astype(np.float32)), np.float64)
        pixels = targets * np.log(outputs) + (1 - targets) * np.log(1 - outputs)
        steps = pixels.sum(axis=2) * (1 if weights is None else weights)
        likelihoods.append(steps.sum(axis=1))
    prior = log_normal(latents, 0.0, np.zeros_like(latents)).sum(axis=-1)
    return np.array(likelihoods), prior - log_normal(latents, mean, log_variance).sum(axis=-1)


def test_with_one_draw_it_is_the_elbo_by_a_draw_alone() -> None:
    network, parts = costs(MODEL, Iwae(draws=1))
    (likelihood,), (ratio,) = by_hand(network, 1)
    np.testing.assert_allclose(parts["total"], -(likelihood + ratio), rtol=1e-5)
    # The same draw as that of the ELBO, which has the mean of its second part in closed form.
    _, elbo = costs(MODEL, Elbo())
    np.testing.assert_allclose(parts["reconstruction"], elbo["reconstruction"], rtol=1e-6)
    np.testing.assert_allclose(parts["regularisation"], -ratio, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("draws", [2, 7])
def test_with_more_it_is_minus_the_logarithm_of_the_mean_weight(draws: int) -> None:
    network, parts = costs(MODEL, Iwae(draws=draws))
    likelihoods, ratios = by_hand(network, draws)
    bound = np.logaddexp.reduce(likelihoods + ratios, axis=0) - np.log(draws)
    assert list(parts) == ["reconstruction", "regularisation", "total"]
    np.testing.assert_allclose(parts["total"], -bound, rtol=1e-5)
    np.testing.assert_allclose(parts["reconstruction"], -likelihoods.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(parts["total"], parts["reconstruction"] + parts["regularisation"], rtol=1e-6)


def test_padding_counts_in_no_weight() -> None:
    weights = (np.arange(8) < np.array([8, 5, 1, 7, 8, 3])[:, np.newaxis]).astype(np.float32)
    network, parts = costs(MODEL, Iwae(draws=4), batch(weights=weights))
    likelihoods, ratios = by_hand(network, 4, weights)
    bound = np.logaddexp.reduce(likelihoods + ratios, axis=0) - np.log(4)
    np.testing.assert_allclose(parts["total"], -bound, rtol=1e-5)


def test_the_bound_is_the_tighter_the_more_draws_there_are() -> None:
    network, many = built(MODEL), batch(images(count=300))
    network.decoder.layers[-3].set_weights([4 * each for each in network.decoder.layers[-3].get_weights()])
    found = {
        draws: arrays(terms(Iwae(draws=draws).train(network, 300), many))["total"] for draws in (1, 5, 50)
    }
    for few, more in ((1, 5), (5, 50)):
        better = found[few] - found[more]
        assert better.mean() > 4 * better.std() / len(better) ** 0.5


def test_gradients_weigh_draws_by_their_weights(tensorflow: Any) -> None:
    network, draws = built(MODEL), 5
    training = Iwae(draws=draws).train(network, 100)
    last = [layer for layer in network.decoder.layers if layer.weights][-1]
    with tensorflow.GradientTape() as tape:
        total = tensorflow.reduce_sum(terms(training, batch()).total)
    found = np.asarray(tape.gradient(total, last.bias.value))
    likelihoods, ratios = by_hand(network, draws)
    shares = np.exp(likelihoods + ratios - np.logaddexp.reduce(likelihoods + ratios, axis=0))
    from aecli.core import noise

    mean, log_variance = (np.asarray(each) for each in network.encoded(images()))
    drawn = np.asarray(noise.normal((draws, COUNT, 3), np.array(SEED, np.int32)))
    expected = np.zeros(64)
    for share, each in zip(shares, mean + np.exp(log_variance / 2) * drawn, strict=True):
        off = np.asarray(network.decode(each)) - images()
        expected += (share[:, np.newaxis] * off.reshape(COUNT, 64)).sum(axis=0)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)
