from typing import Any

import numpy as np
import pytest

from aecli.core import noise
from aecli.data.corruption import CORRUPTIONS, Corruption, Gaussian, Masking, SaltAndPepper, _lowest

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


# What is hidden


@pytest.mark.usefixtures("tensorflow")
def test_only_what_hides_says_what_is_hidden(images: np.ndarray) -> None:
    assert [name for name, corruption in CORRUPTIONS.items() if corruption.hides] == ["masking"]
    with pytest.raises(NotImplementedError, match="Gaussian hides nothing"):
        Gaussian().hidden(images, [3, 4])


@pytest.mark.usefixtures("tensorflow")
@pytest.mark.parametrize("patch", [1, 2, 7, 9])
def test_what_is_said_to_be_hidden_is_black_and_all_else_as_it_was(images: np.ndarray, patch: int) -> None:
    masking = Masking(fraction=0.4, patch=patch)
    hidden = np.asarray(masking.hidden(images, [3, 4]))
    assert hidden.dtype == np.float32
    assert set(hidden.flat) == {0.0, 1.0}
    np.testing.assert_array_equal(apply(masking, images), np.where(hidden == 1.0, np.float32(0.0), images))


@pytest.mark.usefixtures("tensorflow")
def test_single_pixels_are_hidden_as_ever(images: np.ndarray) -> None:
    chance = np.asarray(noise.uniform(SHAPE, [3, 4]))
    np.testing.assert_array_equal(
        apply(Masking(fraction=0.3), images), np.where(chance < 0.3, np.float32(0.0), images)
    )


@pytest.mark.usefixtures("tensorflow")
@pytest.mark.parametrize(
    ("patch", "fraction", "patches"),
    [(7, 0.75, 12), (7, 0.0, 0), (7, 1.0, 16), (7, 0.33, 5), (2, 0.5, 98), (28, 0.4, 0), (99, 0.6, 1)],
)
def test_exactly_so_many_patches_are_hidden_as_a_whole(patch: int, fraction: float, patches: int) -> None:
    hidden = np.asarray(Masking(fraction=fraction, patch=patch).hidden(np.ones(SHAPE, np.float32), [3, 4]))
    np.testing.assert_array_equal(hidden.sum(axis=(1, 2)), patches * min(patch, 28) ** 2)
    corners = hidden[:, ::patch, ::patch]
    np.testing.assert_array_equal(hidden, corners.repeat(patch, 1).repeat(patch, 2)[:, :28, :28])


@pytest.mark.usefixtures("tensorflow")
def test_all_patches_are_hidden_equally_often() -> None:
    hidden = np.asarray(Masking(fraction=0.75, patch=7).hidden(np.ones((4000, 28, 28), np.float32), [3, 4]))
    often = hidden[:, ::7, ::7].mean(axis=0)
    np.testing.assert_allclose(often, 0.75, atol=4 * (0.75 * 0.25 / 4000) ** 0.5)
    both = (hidden[:, 0, 0] * hidden[:, 14, 7]).mean()
    assert both == pytest.approx(12 / 16 * 11 / 15, abs=0.03)


@pytest.mark.usefixtures("tensorflow")
@pytest.mark.parametrize(
    ("shape", "patch", "sizes"),
    [
        ((5, 3), 2, {(2, 2), (2, 1), (1, 2), (1, 1)}),  # an image, or so few features that they go together
        ((4, 4, 3), 2, {(2, 2, 3)}),
        ((7,), 3, {(3,), (1,)}),
        ((7, 1), 3, {(3, 1), (1, 1)}),
        ((7, 3), 3, {(3, 3), (1, 3)}),
    ],
    ids=["edges", "channels", "rows", "sequences", "features"],
)
def test_patches_of_all_kinds_of_samples(
    shape: tuple[int, ...], patch: int, sizes: set[tuple[int, ...]]
) -> None:
    hidden = np.asarray(
        Masking(fraction=0.01 + 1 / 99, patch=patch).hidden(np.ones((1, *shape), np.float32), [0, 1])
    )
    assert not hidden.any(), "too few to round up to one"
    found = set()
    for seed in range(40):
        # The fraction that is one patch of however many there are.
        count = np.prod([-(-side // patch) for side in shape[:2]])
        mask = np.asarray(
            Masking(fraction=1 / count, patch=patch).hidden(np.ones((1, *shape), np.float32), [0, seed])
        )[0]
        where = np.argwhere(mask)
        size = where.max(axis=0) - where.min(axis=0) + 1
        assert mask.sum() == size.prod()
        assert (where.min(axis=0)[:2] % patch == 0).all()
        found.add(tuple(size.tolist()))
    assert found == sizes


@pytest.mark.parametrize("patch", [2, 7, 9])
def test_patches_are_the_same_in_a_compiled_step_and_in_a_part_of_an_array(
    images: np.ndarray, patch: int, tensorflow: Any
) -> None:
    masking = Masking(fraction=0.6, patch=patch)
    whole = np.asarray(masking.hidden(images, [3, 4]))
    compiled = tensorflow.function(masking.hidden, jit_compile=True)
    np.testing.assert_array_equal(compiled(tensorflow.constant(images), tensorflow.constant([3, 4])), whole)
    for first, last in ((0, 5), (7, 31), (63, 64)):
        part = np.asarray(masking.hidden(images[first:last], [3, 4], (first, len(images))))
        np.testing.assert_array_equal(part, whole[first:last])


@pytest.mark.parametrize("xla", [False, True])
def test_of_equal_numbers_the_first_count_as_the_lowest(xla: bool, tensorflow: Any) -> None:
    steps = np.array([[3, 1, 1, 2**23 - 1, 1], [0, 0, 0, 0, 0], [5, 4, 3, 2, 1]])
    chance = tensorflow.constant((steps + 0.5) * 2.0**-23, tensorflow.float32)
    for count in range(6):
        lowest = tensorflow.function(lambda numbers, count=count: _lowest(numbers, count), jit_compile=xla)(
            chance
        )
        expected = np.argsort(np.argsort(steps, axis=1, kind="stable"), axis=1) < count
        np.testing.assert_array_equal(lowest, expected)


def test_another_level_keeps_the_patch() -> None:
    masking = Masking(fraction=0.5, patch=4)
    assert masking.at(0.75) == Masking(fraction=0.75, patch=4)
    assert masking.levels([0.5, 1, 3]) == [0.25, 0.5]
