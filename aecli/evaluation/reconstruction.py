"""How far a reconstruction is from the clean image: BCE, MSE, MAE, PSNR, SSIM."""

from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from aecli.data.sources.source import Kind
from aecli.evaluation.report import Findings
from aecli.evaluation.ssim import WINDOW, ssim

Floats = NDArray[np.float32]

WORDS = {"pictures": "pixel", "sequences": "number", "rows": "number"}

EPSILON = 1e-7
"""How near to 0 and 1 the cross-entropy lets an output come, as Keras does."""

PSNR_CAP = 100.0
"""In dB; what a perfect reconstruction gets, whose PSNR would be infinite."""


@dataclass(frozen=True)
class Form:
    """What must be known of images to measure them.

    Attributes:
        kind: What an image is: a picture, a sequence or a row of numbers.
        bounded: Whether its numbers lie in [0, 1].
        weights: Of padded sequences, which steps are real, (images, steps); else None.
    """

    kind: Kind = "pictures"
    bounded: bool = True
    weights: Floats | None = None


PIXELS = Form()


def reconstruction(prefix: str, images: Floats, outputs: Floats, form: Form = PIXELS) -> Findings:
    """All reconstruction metrics, each the mean over the images.

    Args:
        prefix: Stands before the metrics' names: `reconstruction`, or a floor.
        images: The clean images, (images, *image_shape).
        outputs: What is measured, of the same shape.
        form: What the images are.
    """
    found, word, weights = Findings(), WORDS[form.kind], form.weights
    found.add_mean(f"{prefix}.mse", mse(images, outputs, weights), f"squared/{word}", "lower")
    found.add_mean(f"{prefix}.mae", mae(images, outputs, weights), f"absolute/{word}", "lower")
    if reason := no_peak(form):
        found.lacks(reason, f"{prefix}.bce", f"{prefix}.psnr")
    else:
        found.add_mean(f"{prefix}.bce", bce(images, outputs, weights), f"nats/{word}", "lower")
        found.add_mean(f"{prefix}.psnr", psnr(images, outputs, weights), "dB", "higher")
    if reason := no_ssim(images.shape[1:], form):
        found.lacks(reason, f"{prefix}.ssim")
    else:
        found.add_mean(f"{prefix}.ssim", ssim(images, outputs), "", "higher")
    return found


def no_peak(form: Form) -> str | None:
    """Why images have no cross-entropy and no PSNR; None if they have."""
    if form.bounded:
        return None
    return "the numbers of this data aren't bound to [0, 1]: there is no probability and no peak in them"


def no_ssim(image_shape: tuple[int, ...], form: Form = PIXELS) -> str | None:
    """Why images of a shape have no SSIM; None if they have one."""
    if form.kind != "pictures":
        return f"SSIM compares pictures, and these are {form.kind}"
    if not form.bounded:
        return "SSIM needs to know the range of the numbers, and this data has none"
    if len(image_shape) not in (2, 3):
        return f"SSIM compares pictures, and these have the shape {image_shape}"
    if min(image_shape[:2]) < WINDOW:
        return f"SSIM looks through a window of {WINDOW}×{WINDOW} pixels, and the shape is {image_shape}"
    return None


def bce(images: Floats, outputs: Floats, weights: Floats | None = None) -> Floats:
    """Binary cross-entropy of each image, mean over its pixels, in nats, (images,)."""
    likely = np.clip(outputs, EPSILON, 1 - EPSILON)
    return _mean(-(images * np.log(likely) + (1 - images) * np.log1p(-likely)), weights)


def mse(images: Floats, outputs: Floats, weights: Floats | None = None) -> Floats:
    """Mean squared error of each image, (images,)."""
    return _mean(np.square(images - outputs), weights)


def mae(images: Floats, outputs: Floats, weights: Floats | None = None) -> Floats:
    """Mean absolute error of each image, (images,)."""
    return _mean(np.abs(images - outputs), weights)


def psnr(images: Floats, outputs: Floats, weights: Floats | None = None) -> Floats:
    """Peak signal-to-noise ratio of each image for a peak of 1, in dB, at most `PSNR_CAP`, (images,)."""
    errors = np.maximum(mse(images, outputs, weights).astype(np.float64), 10 ** (-PSNR_CAP / 10))
    return np.asarray(-10 * np.log10(errors), np.float32)


def _mean(values: Floats, weights: Floats | None) -> Floats:
    """The mean over each image's numbers; of a padded sequence, over those of its real steps."""
    if weights is not None:
        of_steps = values.reshape(*values.shape[:2], -1).mean(axis=2)
        return np.asarray((of_steps * weights).sum(axis=1) / weights.sum(axis=1))
    return np.asarray(values.reshape(len(values), prod(values.shape[1:])).mean(axis=1))
