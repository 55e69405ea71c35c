"""How far a reconstruction is from the clean image: BCE, MSE, MAE, PSNR, SSIM."""

from math import prod

import numpy as np
from numpy.typing import NDArray

from aecli.evaluation.report import Findings
from aecli.evaluation.ssim import WINDOW, ssim

Floats = NDArray[np.float32]

EPSILON = 1e-7
"""How near to 0 and 1 the cross-entropy lets an output come, as Keras does."""

PSNR_CAP = 100.0
"""In dB; what a perfect reconstruction gets, whose PSNR would be infinite."""


def reconstruction(prefix: str, images: Floats, outputs: Floats) -> Findings:
    """All reconstruction metrics, each the mean over the images.

    Args:
        prefix: Stands before the metrics' names: `reconstruction`, or a floor.
        images: The clean images, (images, *image_shape), in [0, 1].
        outputs: What is measured, of the same shape, in [0, 1].
    """
    found = Findings()
    found.add_mean(f"{prefix}.bce", bce(images, outputs), "nats/pixel", "lower")
    found.add_mean(f"{prefix}.mse", mse(images, outputs), "squared/pixel", "lower")
    found.add_mean(f"{prefix}.mae", mae(images, outputs), "absolute/pixel", "lower")
    found.add_mean(f"{prefix}.psnr", psnr(images, outputs), "dB", "higher")
    if reason := no_ssim(images.shape[1:]):
        found.lacks(reason, f"{prefix}.ssim")
    else:
        found.add_mean(f"{prefix}.ssim", ssim(images, outputs), "", "higher")
    return found


def no_ssim(image_shape: tuple[int, ...]) -> str | None:
    """Why images of a shape have no SSIM; None if they have one."""
    if len(image_shape) not in (2, 3):
        return f"SSIM compares pictures, and these have the shape {image_shape}"
    if min(image_shape[:2]) < WINDOW:
        return f"SSIM looks through a window of {WINDOW}×{WINDOW} pixels, and the shape is {image_shape}"
    return None


def bce(images: Floats, outputs: Floats) -> Floats:
    """Binary cross-entropy of each image, mean over its pixels, in nats, (images,)."""
    likely = np.clip(outputs, EPSILON, 1 - EPSILON)
    return _mean(-(images * np.log(likely) + (1 - images) * np.log1p(-likely)))


def mse(images: Floats, outputs: Floats) -> Floats:
    """Mean squared error of each image, (images,)."""
    return _mean(np.square(images - outputs))


def mae(images: Floats, outputs: Floats) -> Floats:
    """Mean absolute error of each image, (images,)."""
    return _mean(np.abs(images - outputs))


def psnr(images: Floats, outputs: Floats) -> Floats:
    """Peak signal-to-noise ratio of each image for a peak of 1, in dB, at most `PSNR_CAP`, (images,)."""
    errors = np.maximum(mse(images, outputs).astype(np.float64), 10 ** (-PSNR_CAP / 10))
    return np.asarray(-10 * np.log10(errors), np.float32)


def _mean(values: Floats) -> Floats:
    """The mean over each image's numbers."""
    return np.asarray(values.reshape(len(values), prod(values.shape[1:])).mean(axis=1))
