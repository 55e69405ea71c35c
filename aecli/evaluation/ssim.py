"""Structural similarity (Wang, Bovik, Sheikh & Simoncelli, 2004), as the paper defines it."""

from math import prod

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]

SIGMA = 1.5
"""Standard deviation of the Gaussian window, in pixels."""
WINDOW = 11
"""Width of the window, in pixels."""
K1, K2 = 0.01, 0.03
BATCH = 100
"""Images at a time: what is computed of them fits in a processor's cache."""
NUMBERS_AT_A_TIME = 2**22


def ssim(images: NDArray[np.float32], outputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """The similarity of each image to what came out, mean over all places of the window inside the image.

    Args:
        images: (images, height, width) or (images, height, width, channels), in [0, 1].
        outputs: Of the same shape.

    Returns:
        (images,), at most 1; the channels of a colour image count alike.
    """
    batch = min(BATCH, max(1, NUMBERS_AT_A_TIME // prod(images.shape[1:])))
    starts = range(0, len(images), batch)
    return np.concatenate([_ssim(images[i : i + batch], outputs[i : i + batch]) for i in starts])


def _ssim(images: NDArray[np.float32], outputs: NDArray[np.float32]) -> NDArray[np.float32]:
    x, y = (_images_last(each) for each in (images, outputs))
    mean_x, mean_y = _smooth(x), _smooth(y)
    product, squares = mean_x * mean_y, mean_x * mean_x + mean_y * mean_y
    likeness = (2 * product + K1**2) * (2 * (_smooth(x * y) - product) + K2**2)
    likeness /= (squares + K1**2) * (_smooth(x * x + y * y) - squares + K2**2)
    return np.asarray(likeness.reshape(-1, len(images)).mean(axis=0), np.float32)


def _images_last(images: NDArray[np.float32]) -> Floats:
    """In float64, with the axis of the images at the end: what is added up then lies side by side."""
    return np.ascontiguousarray(np.moveaxis(images, 0, -1), np.float64)


def _smooth(images: Floats) -> Floats:
    """The Gaussian-weighted mean at each place where the window lies inside the image, (height, width, …)."""
    offsets = np.arange(WINDOW) - WINDOW // 2
    weights = np.exp(-0.5 * (offsets / SIGMA) ** 2)
    weights /= weights.sum()
    for axis in (0, 1):
        rows = np.moveaxis(images, axis, 0)
        places = len(rows) - WINDOW + 1
        smooth = weights[0] * rows[:places]
        for k in range(1, WINDOW):
            smooth += weights[k] * rows[k : k + places]
        images = np.moveaxis(smooth, 0, axis)
    return images
