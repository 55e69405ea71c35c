"""Images into a run's numbers, and out of them again."""

import numpy as np
import pytest

from aecli.core.errors import RequestError
from aecli.data.decoding import header_of
from aecli.data.framing import Framing
from aecli.data.scaling import PIXELS, Scaling
from aecli.inference.image_format import ImageFormat
from aecli.inference.inputs.batch import Named
from tests.inference.untrained import untrained

pytestmark = pytest.mark.usefixtures("tensorflow")

RNG = np.random.default_rng(0)
GREY = RNG.integers(0, 256, (3, 8, 6), np.uint8)
DEEP = Scaling("dtype", "uint16", (0.0,), (65535.0,))


@pytest.mark.parametrize(
    ("shape", "scaling", "framing"),
    [
        ((8, 6), PIXELS, Framing("grey", (8, 6))),
        ((8, 6, 1), PIXELS, Framing("grey", (8, 6))),
        ((8, 6, 3), PIXELS, Framing("rgb", (8, 6))),
        ((8, 6), DEEP, Framing("grey", (8, 6), depth=16)),
        ((8, 6, 3), DEEP, Framing("rgb", (8, 6))),  # no file that is read has 16 bits of colour
    ],
)
def test_a_run_on_arrays_takes_images_of_its_size(
    shape: tuple[int, ...], scaling: Scaling, framing: Framing
) -> None:
    found = ImageFormat.of(untrained(shape, scaling=scaling))
    assert (found.framing, found.sample_shape) == (framing, shape)


def test_a_run_on_images_keeps_its_own_framing() -> None:
    framing = Framing("grey", (8, 6), "pad")
    assert ImageFormat.of(untrained((8, 6), framing=framing)).framing == framing


@pytest.mark.parametrize(
    "scaling",
    [
        PIXELS,
        Scaling("none", "float32"),
        Scaling("range", "float64", (-1.0,), (2.0,)),
        Scaling("dtype", "bool"),
    ],
    ids=str,
)
def test_black_enters_as_0_and_white_as_1_whatever_the_arrays_were(scaling: Scaling) -> None:
    found = ImageFormat.of(untrained((1, 2), scaling=scaling))
    batch, wrong = found.enter(Named(np.array(["a"])), np.array([[[0, 255]]], np.uint8), "x")
    assert (batch.samples.tolist(), wrong) == ([[[0.0, 1.0]]], [])
    (image,) = found.leave(batch.samples)
    assert (image.dtype, image.tolist()) == (np.uint8, [[0, 255]])


def test_a_fitted_scaling_of_pixels_goes_in_and_comes_out() -> None:
    found = ImageFormat.of(untrained((8, 6), scaling=Scaling("standard", "uint8", (100.0,), (50.0,))))
    batch, _ = found.enter(Named(np.arange(3)), GREY, "x")
    np.testing.assert_allclose(batch.samples, (GREY - 100.0) / 50, rtol=1e-6)
    np.testing.assert_array_equal(found.leave(batch.samples), GREY)


@pytest.mark.parametrize(
    ("shape", "kind", "scaling", "message"),
    [
        ((4,), "rows", PIXELS, "was trained on rows, which no image can be"),
        ((8, 6, 2), "images", PIXELS, "images of 2 channels, which no image file has"),
        ((8, 6), "images", Scaling("minmax", "float32", (3.0,), (9.0,)), "float32 numbers, no pixels"),
    ],
)
def test_runs_that_no_image_suits_say_so(
    shape: tuple[int, ...], kind: str, scaling: Scaling, message: str
) -> None:
    with pytest.raises(RequestError, match=message):
        ImageFormat.of(untrained(shape, kind, scaling))


def test_images_leave_in_the_size_and_the_colours_that_they_had() -> None:
    found = ImageFormat.of(untrained((8, 6)))
    originals = [
        np.zeros((16, 12), np.uint8),
        np.zeros((5, 9, 3), np.uint8),  # whose colours the run never saw
        np.zeros((8, 6), np.uint16),
    ]
    images = found.leave(GREY / np.float32(255), [header_of(image) for image in originals])
    assert [(image.shape, image.dtype.name) for image in images] == [
        ((16, 12), "uint8"),
        ((5, 9), "uint8"),
        ((8, 6), "uint16"),
    ]
    np.testing.assert_array_equal(images[2], GREY[2].astype(np.uint16) * 257)
    assert images[0].mean() == pytest.approx(GREY[0].mean(), abs=3)


def test_a_colour_run_gives_grey_originals_grey_back() -> None:
    found = ImageFormat.of(untrained((8, 6, 3)))
    colours = np.repeat(GREY[..., np.newaxis], 3, axis=3)
    headers = [header_of(image) for image in (GREY[0], colours[1])]
    grey, rgb = found.leave(colours[:2] / np.float32(255), headers)
    np.testing.assert_array_equal(grey, GREY[0])
    np.testing.assert_array_equal(rgb, colours[1])


def test_whole_images_of_another_size_leave_in_theirs() -> None:
    found = ImageFormat.of(untrained((8, 6, 1), framing=Framing("grey", (8, 6), "tiles")))
    whole = RNG.integers(0, 256, (1, 20, 30), np.uint8)
    large = found.at((20, 30))
    assert (large.sample_shape, large.framing.size) == ((20, 30, 1), (20, 30))
    batch, wrong = large.enter(Named(np.array(["a"])), whole, "x")
    assert (batch.samples.shape, wrong) == ((1, 20, 30, 1), [])
    np.testing.assert_array_equal(found.leave(batch.samples), whole)
