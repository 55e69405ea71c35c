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
    x, y = images.astype(np.float64), outputs.astype(np.float64)
    mean_x, mean_y = _smooth(x), _smooth(y)
    var_x, var_y = _smooth(x * x) - mean_x**2, _smooth(y * y) - mean_y**2
    covariance = _smooth(x * y) - mean_x * mean_y
    likeness = (2 * mean_x * mean_y + K1**2) * (2 * covariance + K2**2)
    likeness /= (mean_x**2 + mean_y**2 + K1**2) * (var_x + var_y + K2**2)
    return np.asarray(likeness.reshape(len(x), -1).mean(axis=1), np.float32)


def _smooth(images: Floats) -> Floats:
    """The Gaussian-weighted mean at each place where the window lies inside the image."""
    offsets = np.arange(WINDOW) - WINDOW // 2
    weights = np.exp(-0.5 * (offsets / SIGMA) ** 2)
    weights /= weights.sum()
    for axis in (1, 2):
        rows = np.moveaxis(images, axis, 0)
        places = len(rows) - WINDOW + 1
        smooth = weights[0] * rows[:places]
        for k in range(1, WINDOW):
            smooth += weights[k] * rows[k : k + places]
        images = np.moveaxis(smooth, 0, axis)
    return images
