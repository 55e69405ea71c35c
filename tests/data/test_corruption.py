from typing import Any

import numpy as np
import pytest

from aecli.data.corruption import CORRUPTIONS, Corruption, Gaussian, Masking, SaltAndPepper

SHAPE = (64, 28, 28)
PIXELS = 64 * 28 * 28


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    """Pixels in (0, 1): none is black or white before the noise."""
    return np.random.default_rng(3).uniform(0.01, 0.99, SHAPE).astype(np.float32)


@pytest.fixture(params=list(CORRUPTIONS))
def corruption(request: pytest.FixtureRequest, tensorflow: Any) -> Corruption:
    """Each corruption there is, with its defaults."""
    return CORRUPTIONS[request.param]()


def apply(corruption: Corruption, images: Any, seed: Any = (3, 4)) -> np.ndarray:
    return np.asarray(corruption.apply(images, seed))


def test_every_corruption_says_what_it_does() -> None:
    for name, corruption in CORRUPTIONS.items():
        assert corruption.__dict__["__doc__"], name
        assert all(field.description for field in corruption.model_fields.values()), name


def test_the_same_seed_gives_the_same_noise(corruption: Corruption, images: np.ndarray) -> None:
    np.testing.assert_array_equal(apply(corruption, images), apply(corruption, images))


@pytest.mark.parametrize("seed", [(3, 5), (4, 4), (4, 3)])
def test_another_seed_gives_other_noise(
    corruption: Corruption, images: np.ndarray, seed: tuple[int, int]
) -> None:
    one, other = apply(corruption, images), apply(corruption, images, seed)
    assert (one != other).mean() > 0.1


def test_noise_differs_between_the_images_of_a_batch(corruption: Corruption, images: np.ndarray) -> None:
    same = np.repeat(images[:1], 8, axis=0)
    noisy = apply(corruption, same)
    assert len({image.tobytes() for image in noisy}) == 8


@pytest.mark.parametrize("xla", [False, True])
def test_a_compiled_step_draws_the_same_noise(
    corruption: Corruption, images: np.ndarray, xla: bool, tensorflow: Any
) -> None:
    compiled = tensorflow.function(corruption.apply, jit_compile=xla)
    inside = compiled(tensorflow.constant(images), tensorflow.constant([3, 4])).numpy()
    outside = apply(corruption, images)
    if isinstance(corruption, Gaussian):
        np.testing.assert_allclose(inside, outside, rtol=0, atol=5e-6)
    else:
        np.testing.assert_array_equal(inside, outside)


def test_what_comes_out_has_the_shape_and_range_of_images(corruption: Corruption, images: np.ndarray) -> None:
    noisy = apply(corruption, images)
    assert noisy.shape == images.shape
    assert noisy.dtype == np.float32
    assert noisy.min() >= 0.0
    assert noisy.max() <= 1.0
    assert (noisy != images).mean() > 0.1
    assert apply(corruption, images.reshape(64, 14, 14, 4)).shape == (64, 14, 14, 4)


@pytest.mark.parametrize("nothing", [Gaussian(stddev=0.0), SaltAndPepper(amount=0.0), Masking(fraction=0.0)])
def test_at_level_0_nothing_changes(nothing: Corruption, images: np.ndarray, tensorflow: Any) -> None:
    np.testing.assert_array_equal(apply(nothing, images), images)


@pytest.mark.usefixtures("tensorflow")
def test_gaussian_noise_has_mean_0_and_the_deviation_asked_for() -> None:
    grey = np.full(SHAPE, 0.5, np.float32)
    added = apply(Gaussian(stddev=0.08), grey).astype(np.float64) - 0.5  # 0 and 1 are six deviations away
    assert added.mean() == pytest.approx(0.0, abs=4 * 0.08 / PIXELS**0.5)
    assert added.std() == pytest.approx(0.08, rel=4 / (2 * PIXELS) ** 0.5)


@pytest.mark.usefixtures("tensorflow")
def test_gaussian_noise_is_clipped_and_not_scaled() -> None:
    noisy = apply(Gaussian(stddev=1.0), np.full(SHAPE, 0.5, np.float32))
    beyond = 0.30854  # the part of a normal distribution that lies over half a deviation above its mean
    error = 4 * (beyond * (1 - beyond) / PIXELS) ** 0.5
    assert (noisy == 0.0).mean() == pytest.approx(beyond, abs=error)
    assert (noisy == 1.0).mean() == pytest.approx(beyond, abs=error)


@pytest.mark.usefixtures("tensorflow")
@pytest.mark.parametrize("amount", [0.1, 0.5, 1.0])
def test_salt_and_pepper_hits_half_with_black_and_half_with_white(images: np.ndarray, amount: float) -> None:
    noisy = apply(SaltAndPepper(amount=amount), images)
    error = 4 * (amount / 2 * (1 - amount / 2) / PIXELS) ** 0.5
    assert (noisy == 0.0).mean() == pytest.approx(amount / 2, abs=error)
    assert (noisy == 1.0).mean() == pytest.approx(amount / 2, abs=error)
    missed = (noisy > 0.0) & (noisy < 1.0)
    np.testing.assert_array_equal(noisy[missed], images[missed])


@pytest.mark.usefixtures("tensorflow")
@pytest.mark.parametrize("fraction", [0.1, 0.5, 1.0])
def test_masking_hides_the_fraction_asked_for(images: np.ndarray, fraction: float) -> None:
    noisy = apply(Masking(fraction=fraction), images)
    error = 4 * (fraction * (1 - fraction) / PIXELS) ** 0.5
    assert (noisy == 0.0).mean() == pytest.approx(fraction, abs=error)
    missed = noisy != 0.0
    np.testing.assert_array_equal(noisy[missed], images[missed])
