from typing import Any

import numpy as np
import pytest

from aecli.core.errors import RunError
from aecli.data.framing import Framing
from tests.data.own import gradient


@pytest.mark.parametrize("fit", ["resize", "crop", "pad"])
@pytest.mark.parametrize(("colour", "depth", "channels"), [("grey", 8, 0), ("grey", 16, 0), ("rgb", 8, 3)])
def test_what_has_the_form_is_not_touched(fit: Any, colour: Any, depth: Any, channels: int) -> None:
    image = gradient(33, 47, channels).astype(f"uint{depth}") * (257 if depth == 16 else 1)
    frame = Framing(colour, (33, 47), fit, depth)
    np.testing.assert_array_equal(frame.frame(image), image)
    np.testing.assert_array_equal(frame.unframe(image, (33, 47)), image)


@pytest.mark.parametrize("fit", ["resize", "crop", "pad"])
@pytest.mark.parametrize("original", [(8, 8), (33, 47), (105, 105), (300, 7), (1, 1), (1, 500)], ids=str)
@pytest.mark.parametrize("colour", ["grey", "rgb"])
@pytest.mark.parametrize("channels", [0, 3])
def test_every_image_gets_the_form_and_its_size_back(
    fit: Any, original: tuple[int, int], colour: Any, channels: int
) -> None:
    frame = Framing(colour, (28, 20), fit)
    framed = frame.frame(gradient(*original, channels))
    assert framed.shape == frame.sample_shape
    assert framed.dtype == np.uint8
    back = frame.unframe(framed, original)
    assert back.shape == (*original, *frame.sample_shape[2:])


def test_resize_stretches() -> None:
    image = np.zeros((20, 40), np.uint8)
    image[:, 20:] = 255
    framed = Framing("grey", (10, 10)).frame(image)
    assert (framed[:, :4] <= 5).all()
    assert (framed[:, 6:] >= 250).all()
    back = Framing("grey", (10, 10)).unframe(framed, (20, 40))
    assert (back[:, 24:] >= 250).all()


def test_crop_keeps_the_middle() -> None:
    image = np.zeros((20, 40), np.uint8)
    image[:, 10:30] = 255
    frame = Framing("grey", (10, 10), "crop")
    assert (frame.frame(image)[:, 1:-1] == 255).all()
    back = frame.unframe(np.full((10, 10), 255, np.uint8), (20, 40))
    np.testing.assert_array_equal(back, image)


def test_pad_keeps_everything() -> None:
    image = np.full((20, 40), 255, np.uint8)
    frame = Framing("grey", (10, 10), "pad")
    framed = frame.frame(image)
    assert (framed[2:7] == 255).all() or (framed[3:8] == 255).all()
    assert (framed == 255).sum() == 50
    np.testing.assert_array_equal(frame.unframe(framed, (20, 40)), image)


def test_depths_and_colours_are_brought_together() -> None:
    grey = np.array([[0, 128, 255]], np.uint8)
    deep = Framing("grey", (1, 3), depth=16).frame(grey)
    assert deep.tolist() == [[0, 128 * 257, 65535]]
    np.testing.assert_array_equal(Framing("grey", (1, 3)).frame(deep), grey)
    np.testing.assert_array_equal(Framing("rgb", (1, 3)).frame(deep), np.stack([grey] * 3, axis=-1))
    red = np.full((1, 1, 3), (255, 0, 0), np.uint8)
    assert Framing("grey", (1, 1)).frame(red).tolist() == [[76]]  # ITU-R 601: 0.299


def test_sixteen_bits_are_scaled_in_sixteen_bits() -> None:
    image = np.linspace(0, 65535, 64).astype(np.uint16).reshape(8, 8)
    framed = Framing("grey", (4, 4), depth=16).frame(image)
    assert framed.dtype == np.uint16
    assert framed.mean() == pytest.approx(image.mean(), rel=0.01)
    assert len(np.unique(framed)) == 16


RIGHT = {"colour": "grey", "size": [28, 20], "fit": "pad", "depth": 16}


def test_a_record_comes_back() -> None:
    frame = Framing("grey", (28, 20), "pad", 16)
    assert frame.to_json() == RIGHT
    assert Framing.from_json(RIGHT) == frame


@pytest.mark.parametrize(
    "plain",
    [
        None,
        [],
        {},
        RIGHT | {"colour": "cmyk"},
        RIGHT | {"colour": "rgb"},
        RIGHT | {"fit": ["pad"]},
        RIGHT | {"fit": "stretch"},
        RIGHT | {"depth": 12},
        RIGHT | {"depth": True},
        RIGHT | {"size": [28]},
        RIGHT | {"size": [28, 20, 3]},
        RIGHT | {"size": [0, 20]},
        RIGHT | {"size": [28, 20.5]},
        RIGHT | {"size": [10**6, 10**6]},
        RIGHT | {"size": 28},
    ],
    ids=str,
)
def test_a_damaged_record_is_refused(plain: object) -> None:
    with pytest.raises(RunError, match=r"data\.framing is damaged"):
        Framing.from_json(plain)
