from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

COUNT = 200_000
SEEDS = [(0, 0), (1, 0), (0, 1), (2**31 - 1, 12345)]

pytestmark = pytest.mark.usefixtures("tensorflow")


def drawn(kind: str, seed: Any = (1, 2), shape: Any = (COUNT,)) -> np.ndarray:
    from aecli.core import noise

    return np.asarray(getattr(noise, kind)(shape, seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_uniform_numbers_are_uniform(seed: tuple[int, int]) -> None:
    numbers = drawn("uniform", seed).astype(np.float64)
    assert numbers.mean() == pytest.approx(1 / 2, abs=4 * (1 / 12 / COUNT) ** 0.5)
    assert numbers.var() == pytest.approx(1 / 12, abs=4 * (1 / 180 / COUNT) ** 0.5)
    assert stats.kstest(numbers, "uniform").pvalue > 0.001


@pytest.mark.parametrize("seed", SEEDS)
def test_normal_numbers_are_normal(seed: tuple[int, int]) -> None:
    numbers = drawn("normal", seed).astype(np.float64)
    assert numbers.mean() == pytest.approx(0.0, abs=4 / COUNT**0.5)
    assert numbers.var() == pytest.approx(1.0, abs=4 * (2 / COUNT) ** 0.5)
    assert stats.skew(numbers) == pytest.approx(0.0, abs=4 * (6 / COUNT) ** 0.5)
    assert stats.kurtosis(numbers) == pytest.approx(0.0, abs=4 * (24 / COUNT) ** 0.5)
    assert stats.kstest(numbers, "norm").pvalue > 0.001


def test_neighbours_are_not_correlated() -> None:
    numbers = drawn("normal", shape=(400, 500))
    along = np.corrcoef(numbers[:, :-1].ravel(), numbers[:, 1:].ravel())[0, 1]
    across = np.corrcoef(numbers[:-1].ravel(), numbers[1:].ravel())[0, 1]
    assert abs(along) < 4 / COUNT**0.5
    assert abs(across) < 4 / COUNT**0.5


def test_successive_steps_are_not_correlated() -> None:
    steps = np.stack([drawn("normal", (7, step), (20_000,)) for step in range(5)])
    correlations = np.corrcoef(steps) - np.eye(5)
    assert np.abs(correlations).max() < 4.5 / 20_000**0.5


@pytest.mark.parametrize("bits", [0, 2**32 - 1])
def test_uniform_numbers_are_never_0_or_1_and_normal_ones_never_infinite(
    bits: int, tensorflow: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    extreme: Callable[..., Any] = lambda shape, *_, **__: tensorflow.fill(  # noqa: E731
        shape, tensorflow.constant(bits, tensorflow.uint32)
    )
    monkeypatch.setattr(tensorflow.random, "stateless_uniform", extreme)
    uniform, normal = drawn("uniform", shape=(1,))[0], drawn("normal", shape=(1,))[0]
    assert 0.0 < uniform < 1.0
    assert min(uniform, 1 - uniform) == 2.0**-24
    assert normal == pytest.approx(stats.norm.ppf(float(uniform)), rel=1e-5)


def test_the_seed_alone_decides(tensorflow: Any) -> None:
    first = drawn("normal")
    tensorflow.random.set_seed(99)
    np.testing.assert_array_equal(drawn("normal", tensorflow.constant([1, 2])), first)
    assert (drawn("normal", (2, 1)) != first).mean() > 0.99


@pytest.mark.parametrize("xla", [False, True])
def test_compiled_code_draws_the_same_numbers(xla: bool, tensorflow: Any) -> None:
    from aecli.core import noise

    for draw, error in ((noise.uniform, 0.0), (noise.normal, 1e-5)):
        compiled = tensorflow.function(lambda seed, draw=draw: draw((1000,), seed), jit_compile=xla)
        inside = compiled(tensorflow.constant([1, 2])).numpy()
        np.testing.assert_allclose(inside, np.asarray(draw((1000,), (1, 2))), rtol=error, atol=error)


def test_numbers_are_floats_of_the_shape_asked_for() -> None:
    for kind in ("uniform", "normal"):
        numbers = drawn(kind, shape=(2, 3, 4))
        assert numbers.shape == (2, 3, 4)
        assert numbers.dtype == np.float32
