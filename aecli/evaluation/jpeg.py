"""Images through JPEG and back, at the quality whose size comes nearest to a wanted one."""

import io
from bisect import bisect_left
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
    pixels = np.round(images * 255).astype(np.uint8)
    few = pixels[:: max(1, len(pixels) // TRIED)]
    quality = _nearest(few, wanted, header)
    files = [compress(image, quality, header) for image in pixels]
    back = np.stack([_decompress(file) for file in files]).reshape(images.shape).astype(np.float32)
    back /= 255.0
    return back, quality, float(np.mean([_size(file, header) for file in files]))


def _nearest(pixels: NDArray[np.uint8], wanted: int, header: Header) -> int:
    """The quality whose mean size over some images comes nearest; a higher quality is never smaller."""

    def size(quality: int) -> float:
        return float(np.mean([_size(compress(image, quality, header), header) for image in pixels]))

    above = bisect_left(QUALITIES, True, key=lambda quality: size(quality) >= wanted)
    candidates = QUALITIES[max(above - 1, 0) : above + 1]
    return min(candidates, key=lambda quality: abs(size(quality) - wanted))


def compress(image: NDArray[np.uint8], quality: int, header: Header) -> bytes:
    """One image as a JPEG file; `image` is (height, width) or (height, width, channels)."""
    from PIL import Image

    file = io.BytesIO()
    grey_or_rgb = Image.fromarray(
        image.squeeze(axis=-1) if image.shape[-1] == 1 and image.ndim == 3 else image
    )
    grey_or_rgb.save(file, "JPEG", quality=quality, optimize=header == "with_header")
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
