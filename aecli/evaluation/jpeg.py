"""Images through JPEG and back, at the quality whose size comes nearest to a wanted one."""

import io
from bisect import bisect_left
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from aecli.evaluation.reconstruction import PIXELS, Floats, Form

Header = Literal["with_header", "without_header"]
HEADERS: tuple[Header, ...] = ("with_header", "without_header")
"""With: the size of the whole file, its tables optimised for the image. Without: of the compressed pixels
alone, with the standard's tables, which a decoder could know beforehand."""

QUALITIES = range(1, 96)
TRIED = 100
"""Images, evenly spread, on which the quality is chosen; the choice looks at sizes only."""

BLOCK, TALLEST, MARKER = 8, 65_000, 2
"""Side of what a JPEG compresses at once, and how tall it may be, in pixels; bytes of a marker within."""


def no_jpeg(sample_shape: tuple[int, ...], form: Form = PIXELS) -> str | None:
    """Why images of a shape can't be JPEGs; None if they can."""
    if form.kind != "images" or not form.bounded:
        what = form.kind if form.kind != "images" else "numbers without bounds"
        return f"JPEG holds images in a known range, and these are {what}"
    if len(sample_shape) == 2 or (len(sample_shape) == 3 and sample_shape[2] in (1, 3)):
        return None
    return f"JPEG holds grey or RGB images, and these have the shape {sample_shape}"


def through_jpeg(images: Floats, wanted: int, header: Header) -> tuple[Floats, int, float]:
    """Compresses and decompresses.

    Args:
        images: (images, height, width) or (images, height, width, 1 or 3), in [0, 1].
        wanted: The size to come near to, in bytes an image.
        header: What counts as size.

    Returns:
        The images that come back, of the same shape; the quality; the mean size in bytes.
    """
    quality = _nearest(_pixels(images[:: max(1, len(images) // TRIED)]), wanted, header)
    back, size, many = np.empty(images.shape, np.float32), 0, _in_a_strip(images.shape[1:])
    for start in range(0, len(images), many):
        some = _pixels(images[start : start + many])
        of_strip, bytes_of_strip = _through_strip(some, quality)
        back[start : start + many] = of_strip.reshape(-1, *images.shape[1:])
        if header == "with_header":
            bytes_of_strip = sum(len(compress(image, quality, header)) for image in some)
        size += bytes_of_strip
    back /= 255.0
    return back, quality, size / len(images)


def _pixels(images: Floats) -> NDArray[np.uint8]:
    """As 8-bit numbers, grey ones without their axis of one channel."""
    pixels = np.round(images * 255).astype(np.uint8)
    return pixels[..., 0] if pixels.shape[3:] == (1,) else pixels


def _in_a_strip(sample_shape: tuple[int, ...]) -> int:
    """How many images one file takes: colours of one would run into the next."""
    return 1 if sample_shape[2:] == (3,) else max(1, TALLEST // (sample_shape[0] + BLOCK))


def _through_strip(pixels: NDArray[np.uint8], quality: int) -> tuple[NDArray[np.uint8], int]:
    """Images through one JPEG, one below the other; each comes back as it would from a file of its own.

    Grey blocks are compressed each on its own, but for a mean that is told as the difference to the one before: that
    starts anew at a marker, which stands before each image.

    Returns:
        What comes back, of the same shape; the bytes of the compressed pixels, without the markers.
    """
    if len(pixels) == 1:
        file = compress(pixels[0], quality, "without_header")
        return _decompress(file).reshape(pixels.shape), scan_size(file)
    count, height, width = pixels.shape
    padded = np.pad(pixels, ((0, 0), (0, -height % BLOCK), (0, -width % BLOCK)), "edge")
    strip = padded.reshape(-1, padded.shape[2])
    file = compress(strip, quality, "without_header", restart_marker_rows=padded.shape[1] // BLOCK)
    back = _decompress(file).reshape(padded.shape)[:, :height, :width]
    return back, scan_size(file) - MARKER * (count - 1)


def _nearest(pixels: NDArray[np.uint8], wanted: int, header: Header) -> int:
    """The quality whose mean size over some images comes nearest; a higher quality is never smaller."""

    @cache
    def size(quality: int) -> float:
        return float(np.mean([_size(compress(image, quality, header), header) for image in pixels]))

    above = bisect_left(QUALITIES, True, key=lambda quality: size(quality) >= wanted)
    candidates = QUALITIES[max(above - 1, 0) : above + 1]
    return min(candidates, key=lambda quality: abs(size(quality) - wanted))


def compress(image: NDArray[np.uint8], quality: int, header: Header, **more: int) -> bytes:
    """One image as a JPEG file; `image` is (height, width) or (height, width, 3), `more` what else Pillow is told."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=quality, optimize=header == "with_header", **more)
    return file.getvalue()


def scan_size(file: bytes) -> int:
    """Bytes of compressed pixels in a JPEG file: what stands between the scan's header and the end marker."""
    start, position = b"\xff\xda", 2
    while file[position : position + 2] != start:
        position += 2 + int.from_bytes(file[position + 2 : position + 4])
    position += 2 + int.from_bytes(file[position + 2 : position + 4])
    return len(file) - position - 2


def _size(file: bytes, header: Header) -> int:
    return len(file) if header == "with_header" else scan_size(file)


def _decompress(file: bytes) -> NDArray[np.uint8]:
    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(file)))
