"""How far an output is from its target, against definitions in double precision."""

from typing import Any, get_args

import numpy as np
import pytest

from aecli.objectives.distortion import HUBER, Distortion, Error, Likelihood

pytestmark = pytest.mark.usefixtures("tensorflow")

NAMES = (*get_args(Error), *get_args(Likelihood))
NUMBERWISE = [name for name in NAMES if name != "ssim"]
SUMMED = get_args(Likelihood)


def images(seed: int = 0, count: int = 6) -> np.ndarray:
    """Images with some black and white pixels, as real ones have."""
    pixels = np.random.default_rng(seed).normal(0.4, 0.5, (count, 8, 8))
    return np.clip(pixels, 0.0, 1.0).astype(np.float32)


def outputs() -> np.ndarray:
    return np.clip(images(seed=2), 0.01, 0.99)


def definition(name: str, targets: np.ndarray, found: np.ndarray, sigma: float = 1.0) -> np.ndarray:
    """The loss of each number, in double precision."""
    x, y = targets.astype(np.float64), found.astype(np.float64)
    error = np.abs(x - y)
    return {
        "binary_crossentropy": -(x * np.log(y) + (1 - x) * np.log(1 - y)),
        "bernoulli": -(x * np.log(y) + (1 - x) * np.log(1 - y)),
        "mse": error**2,
        "mae": error,
        "huber": np.where(error < HUBER, error**2 / (2 * HUBER), error - HUBER / 2),
        "gaussian": error**2 / (2 * sigma**2) + np.log(sigma * np.sqrt(2 * np.pi)),
    }[name]


def losses(name: str, *arguments: Any, **options: Any) -> np.ndarray:
    return np.asarray(Distortion.of(name).losses(*arguments, **options))


@pytest.mark.parametrize("kind", ["images", "sequences", "rows"])
def test_each_has_a_unit_of_its_own_and_likelihoods_share_theirs(kind: str) -> None:
    units = {name: Distortion.of(name).unit(kind) for name in NAMES}
    assert len({units[name] for name in get_args(Error)}) == len(get_args(Error))
    assert {units[name] for name in SUMMED} == {f"nats/{kind.removesuffix('s')}"}


def test_a_plain_error_is_a_mean_and_a_likelihood_a_sum_over_the_numbers() -> None:
    for name in NUMBERWISE:
        numbers = definition(name, images(), outputs()).reshape(6, -1)
        expected = numbers.sum(axis=1) if name in SUMMED else numbers.mean(axis=1)
        np.testing.assert_allclose(losses(name, images(), outputs()), expected, rtol=1e-5, err_msg=name)
        assert Distortion.of(name).is_likelihood == (name in SUMMED)


def test_the_deviation_of_a_gaussian_is_learned_and_comes_back() -> None:
    measure = Distortion.of("gaussian")
    assert measure.learned == {"sigma": 1.0}
    measure.restore({"sigma": 0.3})
    assert measure.learned == {"sigma": pytest.approx(0.3)}
    expected = definition("gaussian", images(), outputs(), sigma=0.3).reshape(6, -1).sum(axis=1)
    np.testing.assert_allclose(np.asarray(measure.losses(images(), outputs())), expected, rtol=1e-5)
    for name in NAMES:
        if name != "gaussian":
            other = Distortion.of(name)
            assert other.learned == {}
            other.restore({"sigma": 0.3})


def test_the_best_deviation_is_that_of_the_errors(tensorflow: Any) -> None:
    measure = Distortion.of("gaussian")
    measure.restore({"sigma": float(np.sqrt(np.square(images() - outputs()).mean()))})
    with tensorflow.GradientTape() as tape:
        total = tensorflow.reduce_mean(measure.losses(images(), outputs()))
    assert float(tape.gradient(total, measure.width.value)) == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize("channels", [(), (1,), (3,)], ids=["grey", "one channel", "colours"])
def test_what_ssim_costs_is_1_less_the_similarity(channels: tuple[int, ...], tensorflow: Any) -> None:
    random = np.random.default_rng(0)
    some = random.random((3, 16, 12, *channels)).astype(np.float32)
    near = np.clip(some + random.normal(0, 0.1, some.shape), 0, 1).astype(np.float32)
    as_images = [each.reshape(3, 16, 12, -1) for each in (some, near)]
    similar = np.asarray(tensorflow.image.ssim(*as_images, max_val=1.0))
    np.testing.assert_allclose(losses("ssim", some, near), 1 - similar, rtol=1e-5)
    np.testing.assert_allclose(losses("ssim", some, some), 0.0, atol=1e-6)
    assert (losses("ssim", some, near) > 0.01).all()


@pytest.mark.parametrize("name", ["binary_crossentropy", "bernoulli"])
def test_the_cross_entropy_of_all_but_certain_pixels_is_exact(name: str) -> None:
    import keras

    logits = np.random.default_rng(0).uniform(-40, 40, (6, 8, 8)).astype(np.float32)
    given = keras.Input((8, 8))
    sure = keras.Model(given, keras.layers.Activation("sigmoid")(given))(logits)
    exact = np.logaddexp(0.0, logits.astype(np.float64)) - images() * logits
    expected = exact.sum(axis=(1, 2)) if name in SUMMED else exact.mean(axis=(1, 2))
    np.testing.assert_allclose(losses(name, images(), sure), expected, rtol=1e-5)


# Padded sequences

LENGTHS = np.array([8, 5, 1, 7, 8, 3])
WEIGHTS = (np.arange(8) < LENGTHS[:, np.newaxis]).astype(np.float32)


@pytest.mark.parametrize("name", NUMBERWISE)
def test_padded_steps_cost_nothing_and_count_for_nothing(name: str) -> None:
    changed = np.where(WEIGHTS[..., np.newaxis] > 0, images(), 0.77).astype(np.float32)
    first, other = (losses(name, targets, outputs(), WEIGHTS) for targets in (images(), changed))
    np.testing.assert_array_equal(first, other)
    for i, length in enumerate(LENGTHS):
        numbers = definition(name, images()[i, :length], outputs()[i, :length])
        expected = numbers.sum() if name in SUMMED else numbers.mean()
        assert first[i] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("name", NUMBERWISE)
def test_without_padding_weights_change_nothing(name: str) -> None:
    weighted = losses(name, images(), outputs(), np.ones((6, 8), np.float32))
    np.testing.assert_allclose(weighted, losses(name, images(), outputs()), rtol=1e-6)


# Hidden numbers

HIDDEN = (np.random.default_rng(4).random((6, 8, 8)) < 0.3).astype(np.float32)


@pytest.mark.parametrize("name", ["binary_crossentropy", "mse", "mae", "huber"])
@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["whole", "padded"])
def test_where_some_numbers_count_alone_it_is_their_mean(name: str, weights: np.ndarray | None) -> None:
    found = losses(name, images(), outputs(), weights, HIDDEN)
    counting = HIDDEN if weights is None else HIDDEN * weights[..., np.newaxis]
    numbers = definition(name, images(), outputs())
    for i in range(6):
        chosen = numbers[i][counting[i] > 0]
        assert found[i] == pytest.approx(chosen.mean() if len(chosen) else 0.0, rel=1e-5)
