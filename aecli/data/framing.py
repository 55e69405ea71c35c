"""How an image of any size becomes an array of a run's image shape, and back to an image's size.

What is decided here once for all: colour becomes grey by its luma, grey becomes RGB as it is; `pad` fills up with
black; 255 of 8 bits and 65,535 of 16 are the same white.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from aecli.core.errors import RunError

Colour = Literal["grey", "rgb"]
Fit = Literal["resize", "crop", "pad", "tiles"]
Depth = Literal[8, 16]
Pixels = NDArray[np.uint8] | NDArray[np.uint16]

MAX_PIXELS = 2**26
"""Of one image: 67 megapixels. A small file can claim any number, and unpack to it."""


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
