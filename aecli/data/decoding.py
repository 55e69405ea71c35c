"""The pixels of an image file, and what its header says of them.

What is decided here once for all: transparent images are laid on white; palettes become RGB; 16-bit grey
keeps its 16 bits (Pillow gives 16-bit colour as 8-bit, and so do we); an image stands as its EXIF
orientation says.
"""

from __future__ import annotations

import contextlib
import os
import struct
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, TiffImagePlugin, UnidentifiedImageError

from aecli.core.errors import DataError
from aecli.data.framing import MAX_PIXELS, Colour, Depth, Pixels

FORMATS = ("PNG", "JPEG", "BMP", "TIFF", "WEBP")
SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp")
BITS_PER_SAMPLE, PHOTOMETRIC, ORIENTATION, SAMPLES_PER_PIXEL, EXTRA_SAMPLES = 258, 262, 274, 277, 338
SAMPLE_FORMAT, SIGNED = 339, 2
"""Tags of a TIFF file."""

PNG_CHUNKS = 8
"""Where a PNG's chunks begin; each is its length, its kind, so many bytes, and a checksum."""

COLOUR_BANDS = {0: 1, 1: 1, 2: 3, 3: 1, 5: 4, 6: 3}
"""Bands of colour by what a TIFF says of its colours: grey, RGB, palette, CMYK, YCbCr."""

GREY_MODES = ("1", "L", "LA", "La", "I", "I;16", "I;16B", "I;16L", "F")
_DAMAGE = (
    OSError,
    ValueError,
    TypeError,
    SyntaxError,
    EOFError,
    MemoryError,
    struct.error,
    OverflowError,
    Warning,
)
"""What Pillow raises of a damaged or hostile file."""


@dataclass(frozen=True)
class Header:
    """What an image's file says of itself before its pixels are unpacked.

    Attributes:
        size: Height and width, in pixels, as the image stands.
        colour: Whether it has colours.
        depth: Bits of a pixel's channel.
    """

    size: tuple[int, int]
    colour: Colour
    depth: Depth


def read_image(path: Path) -> Pixels:
    """Reads an image in its own depth.

    Args:
        path: A PNG, JPEG, BMP, TIFF or WebP file.

    Returns:
        uint8, (height, width) or (height, width, 3); of 16-bit grey, uint16, (height, width).

    Raises:
        DataError: It is missing, damaged, too large, or holds what isn't one image of 8 or 16 bits.
    """
    with strict_pillow():
        return decode(path, PixelBudget())


def header_of(image: Pixels) -> Header:
    """What an image's file says of it."""
    height, width = image.shape[:2]
    return Header(
        (height, width), "rgb" if image.ndim == 3 else "grey", 16 if image.dtype == np.uint16 else 8
    )


@contextmanager
def strict_pillow() -> Iterator[None]:
    """Makes what Pillow only warns of an error, in all threads; for `decode` and `header`."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def header(path: Path) -> Header:
    """Reads how large an image is and whether it has colours, inside `strict_pillow`; raises as `read_image`."""
    with _opened(path) as image:
        colour: Colour = "grey" if image.mode in GREY_MODES else "rgb"
        return Header(_upright_size(image), colour, 16 if image.mode.startswith("I") else 8)


class PixelBudget:
    """Bounds how many pixels are decoded at the same time, by however many threads."""

    def __init__(self, most: int = MAX_PIXELS) -> None:
        self._most = most
        self._taken = 0
        self._changed = threading.Condition()

    @contextmanager
    def taken(self, pixels: int) -> Iterator[None]:
        """Waits until there is room for some pixels, and holds it."""
        with self._changed:
            self._changed.wait_for(lambda: not self._taken or self._taken + pixels <= self._most)
            self._taken += pixels
        try:
            yield
        finally:
            with self._changed:
                self._taken -= pixels
                self._changed.notify_all()


def decode(path: Path, budget: PixelBudget) -> Pixels:
    """As `read_image`, inside `strict_pillow`, which isn't safe to enter in several threads at once."""
    with _opened(path) as image, budget.taken(image.width * image.height):
        expected, is_inverted = _upright_size(image), _is_white_zero(image)
        image.load()
        ImageOps.exif_transpose(image, in_place=True)  # else it copies what stands as it is
        upright: Image.Image = image
        if (upright.height, upright.width) != expected:
            raise ValueError(f"its header says {expected[0]}×{expected[1]} pixels, and it holds others")
        if upright.mode.startswith("I"):
            deep = _sixteen_bits(np.asarray(upright))
            if "transparency" in image.info:  # the one grey that a PNG leaves out, which lies on white
                deep = np.where(deep == image.info["transparency"], np.uint16(2**16 - 1), deep)
            return np.iinfo(deep.dtype).max - deep if is_inverted else deep
        if upright.mode == "F":
            raise ValueError("its pixels are floating-point numbers; keep such data in an .npz file")
        if upright.has_transparency_data:
            upright = upright.convert("RGBA")
            # White where nothing is: on paper, and on most pages.
            upright = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright)
            return np.asarray(upright.convert("L" if image.mode in GREY_MODES else "RGB"))
        mode = "L" if upright.mode in GREY_MODES else "RGB"
        return np.asarray(upright if upright.mode == mode else upright.convert(mode))


def _upright_size(image: Image.Image) -> tuple[int, int]:
    """Height and width of an image as it stands; of a TIFF, Pillow turns them when it opens the file."""
    if image.format == "TIFF":
        return image.height, image.width
    # Of a PNG, Pillow unpacks all pixels to see whether its orientation stands behind them.
    exif = Image.Image.getexif(image) if _ends_with_pixels(image) else image.getexif()
    turned = exif.get(ORIENTATION) in (5, 6, 7, 8)
    return (image.width, image.height) if turned else (image.height, image.width)


def _ends_with_pixels(image: Image.Image) -> bool:
    """Whether an image just opened is a whole PNG with nothing behind its pixels."""
    file = getattr(image, "fp", None)
    if image.format != "PNG" or file is None:
        return False
    place, kinds = file.tell(), [b""]
    file.seek(PNG_CHUNKS)
    while kinds[-1] != b"IEND" and len(start := file.read(8)) == 8:
        length, kind = struct.unpack(">I4s", start)
        kinds.append(kind)
        file.seek(length + 4, os.SEEK_CUR)
    file.seek(place)
    return b"IDAT" in kinds and set(kinds[kinds.index(b"IDAT") :]) == {b"IDAT", b"IEND"}


def _is_white_zero(image: Image.Image) -> bool:
    """Whether 0 is white in a TIFF of 16 bits; where it is in one of 8, Pillow inverts it."""
    tags = getattr(image, "tag_v2", {})
    return image.mode.startswith("I") and tags.get(PHOTOMETRIC) == 0


def _check_bands(image: Image.Image) -> None:
    """Refuses a TIFF whose extra band is anything; only if the file says so, it is alpha."""
    tags = getattr(image, "tag_v2", {})
    extra = tags.get(SAMPLES_PER_PIXEL, 1) - COLOUR_BANDS.get(
        tags.get(PHOTOMETRIC, -1), len(image.getbands())
    )
    said = tags.get(EXTRA_SAMPLES, ())
    if extra > 1 or (extra == 1 and (said if isinstance(said, tuple) else (said,)) not in ((1,), (2,))):
        raise ValueError(
            f"it has {tags[SAMPLES_PER_PIXEL]} bands, and doesn't say that the last one is transparency; keep such "
            "data in an .npz file, or save it as grey or RGB"
        )


def _check_bits(image: Image.Image) -> None:
    """Refuses what Pillow would read as other numbers: signed bytes, and a see-through colour of 16 bits."""
    formats = getattr(image, "tag_v2", {}).get(SAMPLE_FORMAT, ())
    if SIGNED in formats and not image.mode.startswith("I"):
        raise ValueError("its pixels are signed bytes; keep such data in an .npz file with data.range")
    cut = any(str(tile[3]).startswith("RGB;16") for tile in getattr(image, "tile", ()))
    if cut and "transparency" in image.info:
        raise ValueError(
            "it is 16-bit RGB with one colour that is transparent; save it with an alpha channel"
        )


def _unidentified(path: Path) -> str:
    """Why Pillow can't tell what a file is, as far as that can be known."""
    with contextlib.suppress(*_DAMAGE), path.open("rb") as file:
        start = file.read(8)
        if start[:4] in (b"II*\0", b"MM\0*"):
            directory = TiffImagePlugin.ImageFileDirectory_v2(start)
            file.seek(directory.next)
            directory.load(file)
            bands, bits = directory.get(SAMPLES_PER_PIXEL, 1), directory.get(BITS_PER_SAMPLE, (1,))
            return (
                f"a TIFF of {bands} band(s) of {max(bits)} bits; grey or RGB of 8 bits, and grey of 16, can be "
                "read: keep such data in an .npz file"
            )
    return f"not a readable image ({', '.join(FORMATS)})"


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """An open image whose pixels aren't unpacked yet; whatever is wrong with it names its file."""
    try:
        if not path.is_file() and path.exists():
            raise ValueError("it is not a regular file")
        # Of a path, Pillow maps raw pixels into memory, and there confuses a turned TIFF's height and width.
        with path.open("rb") as file, Image.open(file, formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise ValueError(
                    f"{image.width}×{image.height} pixels are more than the {MAX_PIXELS:,} that are read"
                )
            count = getattr(image, "n_frames", 1)
            if count > 1 and image.format != "MPO":  # which is what telephones call a photo with a preview
                raise ValueError(f"it holds {count} images; give each a file of its own")
            _check_bands(image)
            _check_bits(image)
            yield image
    except FileNotFoundError as error:
        raise DataError(f"{path}: no such file") from error
    except UnidentifiedImageError as error:
        raise DataError(f"{path}: {_unidentified(path)}") from error
    except (*_DAMAGE, Image.DecompressionBombError) as error:
        raise DataError(f"{path}: not a readable image: {error or type(error).__name__}") from error


def _sixteen_bits(pixels: NDArray[Any]) -> Pixels:
    """Pixels that Pillow may hold in 32 bits."""
    if pixels.size and not 0 <= pixels.min() <= pixels.max() < 2**16:
        raise ValueError("its pixels don't fit into 16 bits; keep such data in an .npz file with data.range")
    return pixels.astype(np.uint16)
