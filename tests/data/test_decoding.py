import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from aecli.core.errors import DataError
from aecli.data import decoding
from aecli.data.decoding import Header, header, read_image, strict_pillow
from aecli.data.framing import Framing
from tests.data.own import gradient


def read_header(path: Path) -> Header:
    """What a file says of itself."""
    with strict_pillow():
        return header(path)


def save(path: Path, pixels: np.ndarray, **options: Any) -> Path:
    Image.fromarray(pixels).save(path, **options)
    return path


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
    monkeypatch.setattr(decoding, "MAX_PIXELS", 399)
    with pytest.raises(DataError, match="20×20 pixels are more than the 399"):
        read_image(path)


def test_other_formats_that_pillow_knows_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(gradient(4, 4)).save(path, format="PPM")
    with pytest.raises(DataError, match=r"not a readable image \(PNG, JPEG, BMP, TIFF, WEBP\)"):
        read_image(path)


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
