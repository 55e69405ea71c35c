"""Image files of every kind: their pixels are those that were written, or they are refused by name."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
import tifffile
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from aecli.core.errors import DataError
from aecli.data.decoding import header, read_image, strict_pillow
from aecli.data.sources.images import Images
from tests.generated import many, some

Bytes = NDArray[Any]
T = TypeVar("T")

ORIENTATION = 274
UPRIGHT: dict[int, Callable[[Bytes], Bytes]] = {
    1: lambda image: image,
    2: lambda image: image[:, ::-1],
    3: lambda image: image[::-1, ::-1],
    4: lambda image: image[::-1],
    5: lambda image: image.swapaxes(0, 1),
    6: lambda image: image[::-1].swapaxes(0, 1),
    7: lambda image: image[::-1, ::-1].swapaxes(0, 1),
    8: lambda image: image.swapaxes(0, 1)[::-1],
}
"""How stored rows and columns stand, as the EXIF standard lists it."""

MODES = {
    "png": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
    "tif": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
    "bmp": ("1", "L", "P", "RGB"),
    "jpg": ("L", "RGB"),
}
STEMS = st.text(st.sampled_from("aB1é温 .[](){}*?!#%&~-_'\u0301\u00a0"), min_size=1, max_size=8).filter(
    lambda stem: not stem.startswith(".")
)


@dataclass(frozen=True)
class Drawn:
    """An image that was written.

    Attributes:
        pixels: What it shows before it is turned: (height, width), or (height, width, 3).
        inexact: By how much a pixel may differ: 1 where it is mixed with white, anything where it is lossy.
        refusable: Whether it may be refused.
    """

    pixels: Bytes
    inexact: int = 0
    refusable: bool = False


sizes = st.tuples(st.integers(1, 9), st.integers(1, 9))


def noise(draw: st.DrawFn, shape: tuple[int, ...], dtype: Any = np.uint8) -> Bytes:
    """Pixels of chance, the extremes among them."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    full = int(np.iinfo(dtype).max)
    pixels = rng.integers(0, full, shape, dtype, endpoint=True)
    pixels[rng.random(shape) < 0.2] = 0
    pixels[rng.random(shape) < 0.2] = full
    return pixels


def on_white(colour: Bytes, alpha: Bytes) -> Bytes:
    """Colours, (height, width, …), on white where they are transparent."""
    alpha = alpha.reshape(*alpha.shape, *[1] * (colour.ndim - alpha.ndim)).astype(float)
    return np.round((colour * alpha + 255.0 * (255 - alpha)) / 255).astype(np.uint8)


def as_bands(pixels: Bytes, three: bool) -> Bytes:
    """Grey as RGB, where that is asked for."""
    return np.repeat(pixels[..., np.newaxis], 3, axis=2) if three and pixels.ndim == 2 else pixels


@st.composite
def by_pillow(draw: st.DrawFn, folder: Path) -> tuple[Path, Drawn]:
    """A file as Pillow writes it, turned as cameras do."""
    kind = draw(st.sampled_from(["png", "png", "tif", "tif", "bmp", "jpg"]))
    mode = draw(st.sampled_from(MODES[kind]))
    size = draw(sizes)
    options: dict[str, Any] = {"quality": 100} if kind == "jpg" else {}
    image, drawn = _of_mode(draw, mode, size, options, kind == "png")
    turn = 1 if kind == "bmp" else draw(st.sampled_from(list(UPRIGHT)))
    if kind == "tif" and mode != "1":
        options["compression"] = draw(st.sampled_from([None, "tiff_lzw", "tiff_adobe_deflate", "packbits"]))
    if kind != "bmp":
        options["exif"] = exif = Image.Exif()
        exif[ORIENTATION] = turn
    path = folder / f"{draw(STEMS)}.{draw(st.sampled_from([kind, kind.upper()]))}"
    image.save(path, **options)
    inexact = 255 if kind == "jpg" else drawn.inexact
    return path, Drawn(UPRIGHT[turn](drawn.pixels), inexact)


def _of_mode(
    draw: st.DrawFn, mode: str, size: tuple[int, int], options: dict[str, Any], see_through: bool
) -> tuple[Image.Image, Drawn]:
    """An image of one of Pillow's modes; a PNG may leave out one colour, or some of a palette."""
    if mode == "1":
        bits = noise(draw, size) > 127
        return Image.fromarray(bits), Drawn(bits * np.uint8(255))
    if mode == "P":
        return _of_palette(draw, size, options, see_through)
    if mode in ("LA", "RGBA"):
        pixels = noise(draw, (*size, len(mode)))
        colour = pixels[..., 0] if mode == "LA" else pixels[..., :3]
        return Image.fromarray(pixels, mode), Drawn(on_white(colour, pixels[..., -1]), 1)
    dtype = np.uint16 if mode == "I;16" else np.uint8
    pixels = noise(draw, (*size, 3) if mode == "RGB" else size, dtype)
    shown = pixels.copy()
    if see_through and draw(st.booleans()):
        out = pixels[0, 0]
        options["transparency"] = tuple(map(int, out)) if mode == "RGB" else int(out)
        shown[(pixels == out).all(axis=2) if mode == "RGB" else pixels == out] = np.iinfo(dtype).max
    return Image.fromarray(pixels), Drawn(shown)


def _of_palette(
    draw: st.DrawFn, size: tuple[int, int], options: dict[str, Any], see_through: bool
) -> tuple[Image.Image, Drawn]:
    numbers, palette = noise(draw, size), noise(draw, (256, 3))
    image = Image.fromarray(numbers, "P")
    image.putpalette(palette.tobytes())
    if not see_through or draw(st.booleans()):
        return image, Drawn(palette[numbers])
    alpha = noise(draw, (256,))
    options["transparency"] = alpha.tobytes()
    return image, Drawn(on_white(palette[numbers], alpha[numbers]), 1)


@st.composite
def by_others(draw: st.DrawFn, folder: Path) -> tuple[Path, Drawn]:
    """A TIFF as scanners and instruments write it: white for 0, further bands, signed, big-endian."""
    size, turn = draw(sizes), draw(st.sampled_from(list(UPRIGHT)))
    dtype = draw(st.sampled_from([np.uint8, np.uint8, np.uint16, np.int8, np.int16, np.uint32, np.float32]))
    photometric = draw(st.sampled_from(["minisblack", "miniswhite", "rgb"]))
    kinds = ["unspecified", "unassalpha", "assocalpha"]
    extra = draw(st.just([]) | st.lists(st.sampled_from(kinds), min_size=1, max_size=3))
    bands = (3 if photometric == "rgb" else 1) + len(extra)
    integer: Any = np.uint8 if dtype is np.float32 else dtype
    pixels = noise(draw, (*size, bands), integer).astype(dtype)
    path = folder / f"{draw(STEMS)}.{draw(st.sampled_from(['tif', 'TIFF']))}"
    colour = pixels[..., : bands - len(extra)]
    if extra == ["assocalpha"]:
        colour[...] = np.minimum(colour, pixels[..., -1:])
    tifffile.imwrite(
        path,
        pixels if bands > 1 else pixels[..., 0],
        photometric=photometric,
        planarconfig="contig" if bands > 1 else None,
        extrasamples=extra or None,
        compression=draw(st.sampled_from([None, "zlib"])),
        byteorder=draw(st.sampled_from(["<", ">"])),
        extratags=[(ORIENTATION, "H", 1, turn, True)],
        metadata=None,
    )
    shown = colour if photometric == "rgb" else colour[..., 0]
    if photometric == "miniswhite":
        shown = np.iinfo(integer).max - shown
    inexact, alpha = 0, pixels[..., -1]
    if integer is np.uint16 and bands > 1:  # which comes in 8 bits, colour and alpha each
        shown, alpha, inexact = shown / 257, alpha / 257, 1 + bool(extra)
    is_read = dtype in (np.uint8, np.uint16)
    if extra == ["unassalpha"] and is_read:
        shown, inexact = on_white(shown, alpha), inexact + 1
    elif extra == ["assocalpha"] and is_read:
        shown, inexact = shown + 255.0 - (alpha if shown.ndim == 2 else alpha[..., np.newaxis]), inexact + 1
    refusable = not is_read or bool(extra) or (dtype is np.uint16 and photometric == "miniswhite")
    return path, Drawn(UPRIGHT[turn](shown), inexact, refusable)


def attempt(read: Callable[[], T]) -> tuple[T | None, str]:
    """What is read, or None and why it is refused."""
    try:
        return read(), ""
    except DataError as error:
        return None, str(error)


def check_pixels(path: Path, drawn: Drawn) -> None:
    """Reads a file: its pixels are those that are meant, and its header says so of them."""
    image, refused = attempt(lambda: read_image(path))
    if image is None:
        assert drawn.refusable, refused
        assert refused.startswith(f"{path}: ")
        assert "\n" not in refused
        return
    finally_meant = as_bands(drawn.pixels, image.ndim == 3)
    assert image.shape == finally_meant.shape
    difference = np.abs(image.astype(float) - finally_meant).max()
    assert difference <= drawn.inexact, (image, finally_meant)
    with strict_pillow():
        said = header(path)
    assert said.size == image.shape[:2]
    assert (said.colour == "rgb") == (image.ndim == 3)
    assert said.depth == 8 * image.dtype.itemsize


def check(folder: Path, data: st.DataObject) -> None:
    path, drawn = data.draw(by_pillow(folder) | by_others(folder))
    try:
        check_pixels(path, drawn)
    finally:
        path.unlink()


@some
@given(data=st.data())
def test_the_pixels_of_a_file_are_those_that_are_meant(tmp_path: Path, data: st.DataObject) -> None:
    check(tmp_path, data)


@pytest.mark.slow
@many
@given(data=st.data())
def test_the_pixels_of_many_files_are_those_that_are_meant(tmp_path: Path, data: st.DataObject) -> None:
    check(tmp_path, data)


def check_folder(
    folder: Path, stems: list[str], size: tuple[int, int], seed: int, broken: list[bool]
) -> None:
    """Every file of a folder is a sample, or is refused or skipped by its name."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (len(stems), *size), np.uint8)
    paths = [folder / f"{stem}.png" for stem in stems]
    for path, image, is_broken in zip(paths, images, broken, strict=True):
        Image.fromarray(image).save(path)
        if is_broken:
            path.write_bytes(path.read_bytes()[:40])
    bad = [path for path, is_broken in zip(paths, broken, strict=True) if is_broken]
    try:
        if bad:
            _, refused = attempt(Images(path=str(folder)).read)
            assert all(path.name in refused for path in bad)
        raw, refused = attempt(Images(path=str(folder), skip_broken=True).read)
        if raw is None:
            assert bad, refused
            return
        parts = [np.asarray(part.samples[:]) for part in (raw.train, raw.test)]
        found = Counter(image.tobytes() for part in parts for image in part)
        good = [image for image, is_broken in zip(images, broken, strict=True) if not is_broken]
        assert found == Counter(image.tobytes() for image in good)
        assert len(raw.skipped) == len(bad)
        assert all(any(path.name in said for said in raw.skipped) for path in bad)
    finally:
        for path in paths:
            path.unlink()


@st.composite
def folders(draw: st.DrawFn) -> dict[str, Any]:
    stems = draw(st.lists(STEMS, min_size=2, max_size=5, unique=True))
    flags = st.lists(st.integers(0, 4).map(lambda n: n == 0), min_size=len(stems), max_size=len(stems))
    return {
        "stems": stems,
        "size": draw(sizes),
        "seed": draw(st.integers(0, 2**32 - 1)),
        "broken": draw(flags),
    }


@some
@given(drawn=folders())
def test_every_file_of_a_folder_is_read_whatever_its_name(tmp_path: Path, drawn: dict[str, Any]) -> None:
    check_folder(tmp_path, **drawn)


@pytest.mark.slow
@many
@given(drawn=folders())
def test_every_file_of_many_folders_is_read_whatever_its_name(tmp_path: Path, drawn: dict[str, Any]) -> None:
    check_folder(tmp_path, **drawn)
