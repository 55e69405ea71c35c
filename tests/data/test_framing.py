import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from aecli.core.errors import DataError, RunError
from aecli.data import framing
from aecli.data.framing import Framing, Header, header, read_image, strict_pillow


def gradient(height: int, width: int, channels: int = 0) -> np.ndarray:
    """An image whose every pixel says where it is."""
    rows, columns = np.mgrid[:height, :width]
    grey = (rows * 200 // height + columns * 50 // width).astype(np.uint8)
    return np.stack([np.roll(grey, c, axis=1) for c in range(channels)], axis=-1) if channels else grey


def read_header(path: Path) -> Header:
    """What a file says of itself."""
    with strict_pillow():
        return header(path)


def save(path: Path, pixels: np.ndarray, **options: Any) -> Path:
    Image.fromarray(pixels).save(path, **options)
    return path


# Reading


@pytest.mark.parametrize("suffix", ["png", "bmp", "tiff", "webp"])
@pytest.mark.parametrize("channels", [0, 3])
def test_a_image_is_read_as_it_was_saved(tmp_path: Path, suffix: str, channels: int) -> None:
    pixels = gradient(33, 47, channels)
    options = {"lossless": True} if suffix == "webp" else {}
    found = read_image(save(tmp_path / f"a.{suffix}", pixels, **options))
    if suffix == "webp" and not channels:  # which knows no grey
        found = Framing("grey", (33, 47)).frame(found)
    np.testing.assert_array_equal(found, pixels)
    assert found.dtype == np.uint8


def test_a_jpeg_is_near_to_what_was_saved(tmp_path: Path) -> None:
    found = read_image(save(tmp_path / "a.jpg", gradient(40, 40, 3), quality=95))
    assert np.abs(found.astype(int) - gradient(40, 40, 3)).mean() < 5


def test_sixteen_bit_grey_keeps_its_bits(tmp_path: Path) -> None:
    pixels = np.arange(8 * 9, dtype=np.uint16).reshape(8, 9) * 900
    for suffix in ("png", "tiff"):
        path = save(tmp_path / f"a.{suffix}", pixels)
        found = read_image(path)
        assert found.dtype == np.uint16
        np.testing.assert_array_equal(found, pixels)
        assert read_header(path) == Header((8, 9), "grey", 16)


def test_a_palette_becomes_rgb(tmp_path: Path) -> None:
    pixels = np.zeros((6, 6, 3), np.uint8)
    pixels[:3] = (200, 10, 30)
    path = tmp_path / "a.png"
    Image.fromarray(pixels).quantize(2).save(path)
    with Image.open(path) as image:
        assert image.mode == "P"
    np.testing.assert_array_equal(read_image(path), pixels)
    assert read_header(path).colour == "rgb"


def test_one_bit_becomes_black_and_white(tmp_path: Path) -> None:
    bits = np.eye(8, dtype=bool)
    path = tmp_path / "a.png"
    Image.fromarray(bits).save(path)
    np.testing.assert_array_equal(read_image(path), bits * np.uint8(255))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_lies_on_white(tmp_path: Path, mode: str) -> None:
    pixels = np.zeros((4, 4, 4), np.uint8)
    pixels[:2, :, 3] = 255
    path = tmp_path / "a.png"
    if mode == "P":
        image = Image.fromarray((pixels[..., 3] == 0).astype(np.uint8), "L").convert("P")
        image.putpalette([0, 0, 0, 9, 9, 9])
        image.save(path, transparency=1)
    else:
        Image.fromarray(pixels).convert(mode).save(path)
    found = read_image(path)
    assert found.shape == ((4, 4) if mode == "LA" else (4, 4, 3))
    assert (found[:2] == 0).all()
    assert (found[2:] == 255).all()


def test_half_transparent_is_half_white(tmp_path: Path) -> None:
    pixels = np.zeros((2, 2, 4), np.uint8)
    pixels[..., 3] = 127
    found = read_image(save(tmp_path / "a.png", pixels))
    assert np.abs(found.astype(int) - 128).max() <= 1


def test_a_image_stands_as_its_camera_says(tmp_path: Path) -> None:
    pixels, exif = gradient(10, 20), Image.Exif()
    exif[0x0112] = 6  # turn by 90° to the right to look at it
    path = save(tmp_path / "a.png", pixels, exif=exif)
    np.testing.assert_array_equal(read_image(path), np.rot90(pixels, -1))
    assert read_header(path).size == (20, 10)


def bomb(path: Path) -> Path:
    """A PNG of a few bytes that claims 60,000 × 60,000 pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    size = struct.pack(">IIBBBBB", 60000, 60000, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    return path


def truncated(path: Path) -> Path:
    save(path, np.random.default_rng(0).integers(256, size=(50, 50), dtype=np.uint8))
    path.write_bytes(path.read_bytes()[:800])
    return path


def text(path: Path) -> Path:
    path.write_text("no image")
    return path


def empty(path: Path) -> Path:
    path.touch()
    return path


def animated(path: Path) -> Path:
    frames = [Image.fromarray(np.full((4, 4), shade, np.uint8)) for shade in (0, 255)]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    return path


def floating(path: Path) -> Path:
    path = path.with_suffix(".tiff")
    Image.fromarray(np.ones((3, 3), np.float32)).save(path)
    return path


@pytest.mark.parametrize("make", [bomb, truncated, text, empty, animated, floating])
def test_what_is_no_image_is_named(tmp_path: Path, make: Any) -> None:
    path = make(tmp_path / "strange.png")
    with pytest.raises(DataError) as error:
        read_image(path)
    assert str(error.value).startswith(f"{path}: ")
    assert "\n" not in str(error.value)


def test_a_missing_image_and_a_large_one_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match="no such file"):
        read_image(tmp_path / "none.png")
    path = save(tmp_path / "a.png", gradient(20, 20))
    monkeypatch.setattr(framing, "MAX_PIXELS", 399)
    with pytest.raises(DataError, match="20×20 pixels are more than the 399"):
        read_image(path)


def test_other_formats_that_pillow_knows_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(gradient(4, 4)).save(path, format="PPM")
    with pytest.raises(DataError, match=r"not a readable image \(PNG, JPEG, BMP, TIFF, WEBP\)"):
        read_image(path)


# Framing


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


def chunks(raw: bytes) -> list[bytes]:
    """The chunks of a PNG."""
    found, at = [], 8
    while at < len(raw):
        end = at + 12 + int.from_bytes(raw[at : at + 4])
        found.append(raw[at:end])
        at = end
    return found


@pytest.mark.parametrize("behind", [False, True])
def test_a_png_says_how_it_stands_before_its_pixels_or_behind_them(tmp_path: Path, behind: bool) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = save(tmp_path / "a.png", gradient(10, 20), exif=exif)
    raw = path.read_bytes()
    order = sorted(chunks(raw), key=lambda chunk: (chunk[4:8] == b"IEND", behind and chunk[4:8] == b"eXIf"))
    path.write_bytes(raw[:8] + b"".join(order))
    with strict_pillow():
        assert header(path).size == read_image(path).shape == (20, 10)


def test_the_header_of_a_png_is_read_without_its_pixels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(tmp_path / "a.png", gradient(10, 20))
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", None)
    with strict_pillow():
        assert header(path).size == (10, 20)
