from typing import Any

import numpy as np
import pytest

from aecli.models.latents.gaussian import Gaussian
from aecli.models.latents.latent import Step
from aecli.models.networks.dense import Dense
from aecli.objectives.elbo import Elbo
from aecli.objectives.tc import Tc
from tests.objectives.made_up import COUNT, arrays, batch, built, costs, images, terms

pytestmark = pytest.mark.usefixtures("tensorflow")

MODEL = Dense(hidden=(16,), latent=Gaussian(dim=3))
SAMPLES = 100
PARTS = ("mutual_information", "total_correlation", "dimension_kl")


def log_normal(numbers: np.ndarray, mean: Any, log_variance: Any) -> np.ndarray:
    return -0.5 * ((numbers - mean) ** 2 / np.exp(log_variance) + log_variance + np.log(2 * np.pi))


def drawn_by(network: Any, samples: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Means, log-variances and draws of a batch."""
    encoded = network.encoded(samples)
    step = Step(np.array([3, 4], np.int32), np.ones(len(samples), np.float32), training=False)
    drawn = network.draw(encoded, step).latent
    return tuple(np.asarray(each, np.float64) for each in (*encoded, drawn))


def by_hand(network: Any, samples: np.ndarray, counting: int) -> dict[str, np.ndarray]:
    """The three parts by minibatch weighted sampling, one latent at a time."""
    mean, log_variance, drawn = drawn_by(network, samples)
    size = counting * SAMPLES
    parts: dict[str, list[float]] = {name: [] for name in PARTS}
    for i in range(counting):
        pairs = np.array([log_normal(drawn[i], mean[j], log_variance[j]) for j in range(counting)])
        own = pairs[i].sum()
        joint = np.logaddexp.reduce(pairs.sum(axis=1)) - np.log(size)
        product = sum(np.logaddexp.reduce(pairs[:, k]) - np.log(size) for k in range(3))
        prior = log_normal(drawn[i], 0.0, np.zeros(3)).sum()
        for name, value in zip(PARTS, (own - joint, joint - product, product - prior), strict=True):
            parts[name].append(value)
    return {name: np.array(values) for name, values in parts.items()}


@pytest.mark.parametrize("factors", [(1.0, 6.0, 1.0), (0.5, 2.0, 3.0)])
def test_the_parts_are_those_of_minibatch_weighted_sampling(factors: tuple[float, float, float]) -> None:
    alpha, beta, gamma = factors
    network, found = costs(MODEL, Tc(alpha=alpha, beta=beta, gamma=gamma))
    assert list(found) == ["reconstruction", *PARTS, "kl_divergence", "total"]
    expected = by_hand(network, images(), COUNT)
    for name, factor in zip(PARTS, factors, strict=True):
        np.testing.assert_allclose(found[name], factor * expected[name], rtol=1e-4, atol=1e-4)
    charged = sum(found[name] for name in ("reconstruction", *PARTS))
    np.testing.assert_allclose(found["total"], charged, rtol=1e-5)


def test_with_all_factors_1_the_parts_are_what_a_draw_says_of_the_divergence() -> None:
    network, found = costs(MODEL, Tc(alpha=1.0, beta=1.0, gamma=1.0))
    mean, log_variance, drawn = drawn_by(network, images())
    posterior = log_normal(drawn, mean, log_variance).sum(axis=1)
    prior = log_normal(drawn, 0.0, np.zeros_like(drawn)).sum(axis=1)
    together = sum(found[name] for name in PARTS)
    np.testing.assert_allclose(together, posterior - prior, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(found["total"], found["reconstruction"] + posterior - prior, rtol=1e-5)


def test_it_shows_the_divergence_and_reconstructs_as_the_elbo_does() -> None:
    _, elbo = costs(MODEL, Elbo())
    _, found = costs(MODEL, Tc())
    np.testing.assert_array_equal(found["reconstruction"], elbo["reconstruction"])
    np.testing.assert_allclose(found["kl_divergence"], elbo["kl"], rtol=1e-6)


def test_what_fills_a_batch_up_is_no_part_of_any_density() -> None:
    network, counted = built(MODEL), np.array([1, 1, 1, 1, 0, 0], np.float32)
    samples = images()
    samples[4:] = samples[:2]  # nothing is nearer to what counts than itself
    found = arrays(terms(Tc(beta=1.0).train(network, SAMPLES), batch(samples, counted=counted)))
    expected = by_hand(network, samples, 4)
    for name in PARTS:
        np.testing.assert_allclose(found[name][:4], expected[name], rtol=1e-4, atol=1e-4)
    everything = by_hand(network, samples, COUNT)
    assert np.abs(everything["mutual_information"][:4] - expected["mutual_information"]).max() > 0.1
