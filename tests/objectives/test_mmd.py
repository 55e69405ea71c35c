from typing import Any

import numpy as np
import pytest

from aecli.models.latents.latent import Step
from aecli.models.latents.plain import Plain
from aecli.models.networks.dense import Dense
from aecli.objectives.mmd import SCALES, Mmd, discrepancy
from aecli.objectives.reconstruction import Reconstruction
from tests.objectives.made_up import COUNT, batch, costs, images

pytestmark = pytest.mark.usefixtures("tensorflow")

of_both = pytest.mark.parametrize("kernel", ["imq", "rbf"])


def compared(one: np.ndarray, other: np.ndarray, kernel: str) -> float:
    width, distance = 2.0 * len(one), float(np.square(one - other).sum())
    if kernel == "rbf":
        return float(np.exp(-distance / width))
    return sum(scale * width / (scale * width + distance) for scale in SCALES)


def by_loops(latents: np.ndarray, prior: np.ndarray, kernel: str) -> float:
    """The U-statistic as it is written: the mean over pairs of two, less twice that over pairs across."""
    count = len(latents)
    within = [
        compared(of[i], of[j], kernel)
        for of in (latents, prior)
        for i in range(count)
        for j in range(count)
        if i != j
    ]
    across = [compared(one, other, kernel) for one in latents for other in prior]
    return sum(within) / (count * (count - 1)) - 2 * sum(across) / count**2


def sets(count: int, dim: int = 4, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    return tuple(np.random.default_rng(seed).normal(size=(2, count, dim)).astype(np.float32))


def distance(latents: Any, prior: Any, kernel: str, counted: Any = None) -> float:
    counted = np.ones(len(latents), np.float32) if counted is None else counted
    return float(discrepancy(latents, prior, counted, kernel))


@of_both
@pytest.mark.parametrize("shift", [0.0, 1.5])
def test_it_is_the_u_statistic_of_all_pairs(kernel: str, shift: float) -> None:
    latents, prior = sets(9)
    found = distance(latents + np.float32(shift), prior, kernel)
    assert found == pytest.approx(by_loops(latents + shift, prior, kernel), rel=1e-4, abs=1e-5)


@of_both
def test_it_is_near_0_for_the_same_distribution_and_large_for_others(kernel: str) -> None:
    same = [distance(*sets(200, seed=seed), kernel) for seed in range(30)]
    error = np.std(same) / len(same) ** 0.5
    assert abs(np.mean(same)) < 4 * error
    assert min(same) < 0.0, "without bias it can be below 0"
    latents, prior = sets(200)
    for other in (latents + 1.0, 0.1 * latents, 3.0 * latents, np.zeros_like(latents)):
        assert distance(other, prior, kernel) > 10 * np.std(same)
    assert distance(latents + 2.0, prior, kernel) > distance(latents + 1.0, prior, kernel)


@of_both
def test_what_fills_a_batch_up_is_in_no_pair(kernel: str) -> None:
    latents, prior = sets(9)
    counted = np.array([1] * 6 + [0] * 3, np.float32)
    some = distance(latents[:6], prior[:6], kernel)
    for filling in (0.0, 7.0):
        latents[6:] = filling
        assert distance(latents, prior, kernel, counted) == pytest.approx(some, rel=1e-4, abs=1e-6)


@of_both
def test_a_batch_of_one_ends_in_no_infinity(kernel: str) -> None:
    latents, prior = sets(3)
    found = distance(latents, prior, kernel, np.array([1, 0, 0], np.float32))
    assert found == pytest.approx(-2 * compared(latents[0], prior[0], kernel), rel=1e-4)


@of_both
def test_down_its_gradient_latents_come_nearer_to_the_prior(kernel: str, tensorflow: Any) -> None:
    latents, prior = sets(100)
    moved = tensorflow.Variable(0.3 * latents + 2.0)
    counted = np.ones(100, np.float32)
    for _ in range(25):
        with tensorflow.GradientTape() as tape:
            found = discrepancy(moved, prior, counted, kernel)
        moved.assign_sub(80.0 * tape.gradient(found, moved))
    assert np.isfinite(moved.numpy()).all()
    assert np.abs(moved.numpy().mean(axis=0)).max() < 1.2
    assert distance(moved.numpy(), prior, kernel) < distance(0.3 * latents + 2.0, prior, kernel) / 4


@pytest.mark.parametrize("weight", [1.0, 20.0])
@of_both
def test_each_sample_pays_the_distance_of_its_batch(kernel: Any, weight: float) -> None:
    from aecli.core import noise

    model = Dense(hidden=(16,), latent=Plain(dim=4, activation="linear"))
    network, found = costs(model, Mmd(kernel=kernel, weight=weight))
    encoded = network.encoded(images())
    drawn = network.draw(encoded, Step((3, 4), np.ones(COUNT, np.float32), training=False)).latent
    # The prior's draws aren't those of the latents.
    prior = np.asarray(noise.normal((COUNT, 4), np.array([4, 4], np.int32)))
    expected = weight * by_loops(np.asarray(drawn), prior, kernel)
    np.testing.assert_allclose(found["mmd"], np.full(COUNT, expected), rtol=1e-4, atol=1e-5)
    _, plain = costs(model, Reconstruction())
    np.testing.assert_array_equal(found["reconstruction"], plain["reconstruction"])
    np.testing.assert_allclose(found["total"], found["reconstruction"] + found["mmd"], rtol=1e-6)
    _, again = costs(model, Mmd(kernel=kernel, weight=weight), batch())
    np.testing.assert_array_equal(again["mmd"], found["mmd"])
