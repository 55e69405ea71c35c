"""How an image of any size and mode becomes an array of a run's image shape, and back to an image's size.

What is decided here once for all: transparent images are laid on white; palettes become RGB; 16-bit grey
keeps its 16 bits (Pillow gives 16-bit colour as 8-bit, and so do we); an image stands as its EXIF
orientation says; `pad` fills up with black.
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
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, TiffImagePlugin, UnidentifiedImageError

from aecli.core.errors import DataError, RunError

Colour = Literal["grey", "rgb"]
Fit = Literal["resize", "crop", "pad", "tiles"]
Depth = Literal[8, 16]

FORMATS = ("PNG", "JPEG", "BMP", "TIFF", "WEBP")
SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp")
MAX_PIXELS = 2**26
"""Of one image: 67 megapixels. A small file can claim any number, and unpack to it."""

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

Pixels = NDArray[np.uint8] | NDArray[np.uint16]


@dataclass(frozen=True)
class Framing:
    """The common form of a run's images.

    Attributes:
        colour: `grey` or `rgb`. Colour becomes grey by its luma (ITU-R 601), grey becomes RGB as it is.
        size: (height, width) in pixels.
        fit: What happens to images of another size. `resize` stretches them; `crop` scales them to cover
            the size, and cuts off what sticks out on both sides; `pad` scales them to fit in, and fills up
            with black on both sides. `tiles` belongs to images that are cut into pieces of the size.
        depth: Bits of a grey pixel: 8, or 16; RGB has 8.
    """

    colour: Colour
    size: tuple[int, int]
    fit: Fit = "resize"
    depth: Depth = 8

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """The shape of a framed image: (height, width), or (height, width, 3)."""
        return self.size if self.colour == "grey" else (*self.size, 3)

    @property
    def dtype(self) -> str:
        """The dtype of a framed image."""
        return f"uint{self.depth}"

    def at(self, size: tuple[int, int]) -> Framing:
        """The same colours and depth at another size: the form of a whole image that is cut into tiles."""
        return Framing(self.colour, size, depth=self.depth)

    def frame(self, image: Pixels) -> Pixels:
        """Brings an image into the common form; one that has it comes back as it is.

        Args:
            image: uint8 or uint16, (height, width), or uint8, (height, width, 3).

        Returns:
            `dtype`, of `sample_shape`.
        """
        image = _to_depth(self._coloured(image), self.depth)
        box, inner = self._boxes(image.shape[:2])
        top, left, height, width = box
        scaled = _resized(image[top : top + height, left : left + width], inner[2:])
        if inner[2:] == self.size:
            return scaled
        framed: Pixels = np.zeros((*self.size, *image.shape[2:]), image.dtype)
        framed[inner[0] : inner[0] + inner[2], inner[1] : inner[1] + inner[3]] = scaled
        return framed

    def unframe(self, framed: Pixels, original: tuple[int, int]) -> Pixels:
        """The way back: an image in the common form → one of the original's size.

        Args:
            framed: uint8 or uint16, of `sample_shape`.
            original: Height and width of the image that was framed.

        Returns:
            Of the same dtype, (height, width) or (height, width, 3). What `crop` cut off is black.
        """
        box, inner = self._boxes(original)
        part = framed[inner[0] : inner[0] + inner[2], inner[1] : inner[1] + inner[3]]
        scaled = _resized(part, box[2:])
        if box[2:] == tuple(original):
            return scaled
        image = np.zeros((*original, *framed.shape[2:]), framed.dtype)
        image[box[0] : box[0] + box[2], box[1] : box[1] + box[3]] = scaled
        return image

    def to_json(self) -> dict[str, Any]:
        """As plain data, for `run.json`."""
        return {"colour": self.colour, "size": list(self.size), "fit": self.fit, "depth": self.depth}

    @classmethod
    def from_json(cls, plain: Any) -> Framing:
        """Reads what `to_json` wrote, trusting none of it.

        Raises:
            RunError: It is no framing.
        """
        try:
            colour, fit, depth = plain["colour"], plain["fit"], plain["depth"]
            height, width = plain["size"]
            right = (
                colour in get_args(Colour)
                and fit in get_args(Fit)
                and type(depth) is int
                and depth in ((8, 16) if colour == "grey" else (8,))
                and type(height) is type(width) is int
                and min(height, width) >= 1
                and height * width <= MAX_PIXELS
            )
        except (TypeError, KeyError, ValueError):
            right = False
        if not right:
            raise RunError("run.json: data.framing is damaged: this says nothing about how images are framed")
        return cls(colour, (height, width), fit, depth)

    def __str__(self) -> str:
        """For people: `28×28 grey, 8 bits, resize`."""
        return f"{self.size[0]}×{self.size[1]} {self.colour}, {self.depth} bits, {self.fit}"

    def _coloured(self, image: Pixels) -> Pixels:
        if self.colour == "grey" and image.ndim == 3:
            return np.asarray(Image.fromarray(image).convert("L"), np.uint8)
        if self.colour == "rgb" and image.ndim == 2:
            return np.repeat(_to_depth(image, 8).astype(np.uint8)[..., np.newaxis], 3, axis=2)
        return image

    def _boxes(
        self, original: tuple[int, ...]
    ) -> tuple[tuple[int, int, int, int], tuple[int, int, int, int]]:
        """Which part of an original lands on which part of the frame: (top, left, height, width) each."""
        (tall, wide), (height, width) = original[:2], self.size
        if self.fit == "crop":
            scale = max(height / tall, width / wide)
            part = min(tall, max(1, round(height / scale))), min(wide, max(1, round(width / scale)))
            return ((tall - part[0]) // 2, (wide - part[1]) // 2, *part), (0, 0, height, width)
        if self.fit == "pad":
            scale = min(height / tall, width / wide)
            part = min(height, max(1, round(tall * scale))), min(width, max(1, round(wide * scale)))
            return (0, 0, tall, wide), ((height - part[0]) // 2, (width - part[1]) // 2, *part)
        return (0, 0, tall, wide), (0, 0, height, width)


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


def _to_depth(image: Pixels, depth: int) -> Pixels:
    """8 ↔ 16 bits: 255 and 65,535 are the same white."""
    if image.dtype == f"uint{depth}":
        return image
    if depth == 16:
        return image.astype(np.uint16) * np.uint16(257)
    return np.round(image / 257).astype(np.uint8)


def _resized(image: Pixels, size: tuple[int, ...]) -> Pixels:
    """An image scaled to (height, width) by Pillow's bicubic filter, which averages where it shrinks."""
    if image.shape[:2] == tuple(size):
        return image
    to, bicubic = (size[1], size[0]), Image.Resampling.BICUBIC
    if image.dtype == np.uint8:
        return np.asarray(Image.fromarray(np.ascontiguousarray(image)).resize(to, bicubic))
    numbers = np.asarray(Image.fromarray(image.astype(np.float32)).resize(to, bicubic))
    return np.round(numbers).clip(0, 2**16 - 1).astype(np.uint16)
