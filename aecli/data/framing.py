"""How a picture of any size and mode becomes an array of a run's image shape, and back to a picture's size.

What is decided here once for all: transparent pictures are laid on white; palettes become RGB; 16-bit grey
keeps its 16 bits (Pillow gives 16-bit colour as 8-bit, and so do we); a picture stands as its EXIF
orientation says; `pad` fills up with black.
"""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from aecli.errors import DataError, RunError

Colour = Literal["grey", "rgb"]
Fit = Literal["resize", "crop", "pad", "tiles"]
Depth = Literal[8, 16]

FORMATS = ("PNG", "JPEG", "BMP", "TIFF", "WEBP")
SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp")
MAX_PIXELS = 2**26
"""Of one picture: 67 megapixels. A small file can claim any number, and unpack to it."""

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

Picture = NDArray[np.uint8] | NDArray[np.uint16]


@dataclass(frozen=True)
class Framing:
    """The common form of a run's pictures.

    Attributes:
        colour: `grey` or `rgb`. Colour becomes grey by its luma (ITU-R 601), grey becomes RGB as it is.
        size: (height, width) in pixels.
        fit: What happens to pictures of another size. `resize` stretches them; `crop` scales them to cover
            the size, and cuts off what sticks out on both sides; `pad` scales them to fit in, and fills up
            with black on both sides. `tiles` belongs to pictures that are cut into pieces of the size.
        depth: Bits of a grey pixel: 8, or 16; RGB has 8.
    """

    colour: Colour
    size: tuple[int, int]
    fit: Fit = "resize"
    depth: Depth = 8

    @property
    def image_shape(self) -> tuple[int, ...]:
        """The shape of a framed picture: (height, width), or (height, width, 3)."""
        return self.size if self.colour == "grey" else (*self.size, 3)

    @property
    def dtype(self) -> str:
        """The dtype of a framed picture."""
        return f"uint{self.depth}"

    def at(self, size: tuple[int, int]) -> Framing:
        """The same colours and depth at another size: the form of a whole picture that is cut into tiles."""
        return Framing(self.colour, size, depth=self.depth)

    def frame(self, picture: Picture) -> Picture:
        """Brings a picture into the common form; one that has it comes back as it is.

        Args:
            picture: uint8 or uint16, (height, width), or uint8, (height, width, 3).

        Returns:
            `dtype`, of `image_shape`.
        """
        picture = _to_depth(self._coloured(picture), self.depth)
        box, inner = self._boxes(picture.shape[:2])
        top, left, height, width = box
        scaled = _resized(picture[top : top + height, left : left + width], inner[2:])
        if inner[2:] == self.size:
            return scaled
        framed: Picture = np.zeros((*self.size, *picture.shape[2:]), picture.dtype)
        framed[inner[0] : inner[0] + inner[2], inner[1] : inner[1] + inner[3]] = scaled
        return framed

    def unframe(self, framed: Picture, original: tuple[int, int]) -> Picture:
        """The way back: a picture in the common form → one of the original's size.

        Args:
            framed: uint8 or uint16, of `image_shape`.
            original: Height and width of the picture that was framed.

        Returns:
            Of the same dtype, (height, width) or (height, width, 3). What `crop` cut off is black.
        """
        box, inner = self._boxes(original)
        part = framed[inner[0] : inner[0] + inner[2], inner[1] : inner[1] + inner[3]]
        scaled = _resized(part, box[2:])
        if box[2:] == tuple(original):
            return scaled
        picture = np.zeros((*original, *framed.shape[2:]), framed.dtype)
        picture[box[0] : box[0] + box[2], box[1] : box[1] + box[3]] = scaled
        return picture

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
            raise RunError(
                "run.json: data.framing is damaged: this says nothing about how pictures are framed"
            )
        return cls(colour, (height, width), fit, depth)

    def __str__(self) -> str:
        """For people: `28×28 grey, 8 bits, resize`."""
        return f"{self.size[0]}×{self.size[1]} {self.colour}, {self.depth} bits, {self.fit}"

    def _coloured(self, picture: Picture) -> Picture:
        if self.colour == "grey" and picture.ndim == 3:
            return np.asarray(Image.fromarray(picture).convert("L"), np.uint8)
        if self.colour == "rgb" and picture.ndim == 2:
            return np.repeat(_to_depth(picture, 8).astype(np.uint8)[..., np.newaxis], 3, axis=2)
        return picture

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
    """What a picture's file says of itself before its pixels are unpacked.

    Attributes:
        size: Height and width, in pixels, as the picture stands.
        colour: Whether it has colours.
        depth: Bits of a pixel's channel.
    """

    size: tuple[int, int]
    colour: Colour
    depth: Depth


def read_picture(path: Path) -> Picture:
    """Reads a picture in its own depth.

    Args:
        path: A PNG, JPEG, BMP, TIFF or WebP file.

    Returns:
        uint8, (height, width) or (height, width, 3); of 16-bit grey, uint16, (height, width).

    Raises:
        DataError: It is missing, damaged, too large, or holds what isn't one picture of 8 or 16 bits.
    """
    with strict_pillow():
        return decode(path)


def read_header(path: Path) -> Header:
    """Reads how large a picture is and whether it has colours; raises as `read_picture`."""
    with strict_pillow():
        return header(path)


@contextmanager
def strict_pillow() -> Iterator[None]:
    """Makes what Pillow only warns of an error, in all threads; for `decode` and `header`."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def header(path: Path) -> Header:
    """As `read_header`, inside `strict_pillow`."""
    with _opened(path) as image:
        turned = image.getexif().get(0x0112) in (5, 6, 7, 8)
        height, width = (image.width, image.height) if turned else (image.height, image.width)
        colour: Colour = "grey" if image.mode in GREY_MODES else "rgb"
        return Header((height, width), colour, 16 if image.mode.startswith("I") else 8)


def decode(path: Path) -> Picture:
    """As `read_picture`, inside `strict_pillow`, which isn't safe to enter in several threads at once."""
    with _opened(path) as image:
        image.load()
        upright = ImageOps.exif_transpose(image)
        if upright.mode.startswith("I"):
            return _sixteen_bits(np.asarray(upright))
        if upright.mode == "F":
            raise ValueError("its pixels are floating-point numbers; keep such data in an .npz file")
        if upright.has_transparency_data:
            upright = upright.convert("RGBA")
            # White where nothing is: on paper, and on most pages.
            upright = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright)
            return np.asarray(upright.convert("L" if image.mode in GREY_MODES else "RGB"))
        return np.asarray(upright.convert("L" if upright.mode in GREY_MODES else "RGB"))


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """An open picture whose pixels aren't unpacked yet; whatever is wrong with it names its file."""
    try:
        with Image.open(path, formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise ValueError(
                    f"{image.width}×{image.height} pixels are more than the {MAX_PIXELS:,} that are read"
                )
            count = getattr(image, "n_frames", 1)
            if count > 1 and image.format != "MPO":  # which is what telephones call a photo with a preview
                raise ValueError(f"it holds {count} pictures; give each a file of its own")
            yield image
    except FileNotFoundError as error:
        raise DataError(f"{path}: no such file") from error
    except UnidentifiedImageError as error:
        raise DataError(f"{path}: not a readable picture ({', '.join(FORMATS)})") from error
    except (*_DAMAGE, Image.DecompressionBombError) as error:
        raise DataError(f"{path}: not a readable picture: {error or type(error).__name__}") from error


def _sixteen_bits(pixels: NDArray[Any]) -> Picture:
    """Pixels that Pillow may hold in 32 bits."""
    if pixels.size and not 0 <= pixels.min() <= pixels.max() < 2**16:
        raise ValueError("its pixels don't fit into 16 bits; keep such data in an .npz file with data.range")
    return pixels.astype(np.uint16)


def _to_depth(picture: Picture, depth: int) -> Picture:
    """8 ↔ 16 bits: 255 and 65,535 are the same white."""
    if picture.dtype == f"uint{depth}":
        return picture
    if depth == 16:
        return picture.astype(np.uint16) * np.uint16(257)
    return np.round(picture / 257).astype(np.uint8)


def _resized(picture: Picture, size: tuple[int, ...]) -> Picture:
    """A picture scaled to (height, width) by Pillow's bicubic filter, which averages where it shrinks."""
    if picture.shape[:2] == tuple(size):
        return picture
    to, bicubic = (size[1], size[0]), Image.Resampling.BICUBIC
    if picture.dtype == np.uint8:
        return np.asarray(Image.fromarray(np.ascontiguousarray(picture)).resize(to, bicubic))
    numbers = np.asarray(Image.fromarray(picture.astype(np.float32)).resize(to, bicubic))
    return np.round(numbers).clip(0, 2**16 - 1).astype(np.uint16)
