"""How far a reconstruction is from the clean sample: BCE, MSE, MAE, PSNR, SSIM."""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from aecli.data.sources.source import Kind
from aecli.evaluation.report import Findings
from aecli.evaluation.ssim import WINDOW, ssim
from aecli.models.autoencoder import in_batches

Floats = NDArray[np.float32]

WORDS = {"images": "pixel", "sequences": "number", "rows": "number"}

NUMBERS_AT_A_TIME = 2**17
"""Of samples: what is computed of them fits in a processor's cache."""

EPSILON = 1e-7
"""How near to 0 and 1 the cross-entropy lets an output come, as Keras does."""

PSNR_CAP = 100.0
"""In dB; what a perfect reconstruction gets, whose PSNR would be infinite."""


@dataclass(frozen=True)
class Form:
    """What must be known of samples to measure them.

    Attributes:
        kind: What a sample is: an image, a sequence or a row of numbers.
        bounded: Whether its numbers lie in [0, 1].
        weights: Of padded sequences, which steps are real, (samples, steps); else None.
    """

    kind: Kind = "images"
    bounded: bool = True
    weights: Floats | None = None


PIXELS = Form()


def reconstruction(prefix: str, samples: Floats, outputs: Floats, form: Form = PIXELS) -> Findings:
    """All reconstruction metrics, each the mean over the samples.

    Args:
        prefix: Stands before the metrics' names: `reconstruction`, or a baseline.
        samples: The clean samples, (samples, *sample_shape).
        outputs: What is measured, of the same shape.
        form: What the samples are.
    """
    found, word = Findings(), WORDS[form.kind]

    def each(measure: Callable[..., Floats]) -> Floats:
        return per_sample(measure, samples, outputs, form.weights)

    errors = each(mse)
    found.add_mean(f"{prefix}.mse", errors, f"squared/{word}", "lower")
    found.add_mean(f"{prefix}.mae", each(mae), f"absolute/{word}", "lower")
    if reason := no_peak(form):
        found.lacks(reason, f"{prefix}.bce", f"{prefix}.psnr")
    else:
        found.add_mean(f"{prefix}.bce", each(bce), f"nats/{word}", "lower")
        found.add_mean(f"{prefix}.psnr", decibels(errors), "dB", "higher")
    if reason := no_ssim(samples.shape[1:], form):
        found.lacks(reason, f"{prefix}.ssim")
    else:
        found.add_mean(f"{prefix}.ssim", ssim(samples, outputs), "", "higher")
    return found


def per_sample(measure: Callable[..., Floats], *arrays: Floats | None) -> Floats:
    """What is measured of each sample, (samples,), a block of samples at a time.

    Args:
        measure: From blocks of the arrays to a number a sample.
        arrays: As many rows as there are samples; None stays so.
    """
    samples = arrays[0]
    assert samples is not None
    found: Floats = in_batches(measure, max(1, NUMBERS_AT_A_TIME // prod(samples.shape[1:])), *arrays)
    return found


def no_peak(form: Form) -> str | None:
    """Why samples have no cross-entropy and no PSNR; None if they have."""
    if form.bounded:
        return None
    return "the numbers of this data aren't bound to [0, 1]: there is no probability and no peak in them"


def no_ssim(sample_shape: tuple[int, ...], form: Form = PIXELS) -> str | None:
    """Why samples of a shape have no SSIM; None if they have one."""
    if form.kind != "images":
        return f"SSIM compares images, and these are {form.kind}"
    if not form.bounded:
        return "SSIM needs to know the range of the numbers, and this data has none"
    if len(sample_shape) not in (2, 3):
        return f"SSIM compares images, and these have the shape {sample_shape}"
    if min(sample_shape[:2]) < WINDOW:
        return f"SSIM looks through a window of {WINDOW}×{WINDOW} pixels, and the shape is {sample_shape}"
    return None


def bce(samples: Floats, outputs: Floats, weights: Floats | None = None) -> Floats:
    """Binary cross-entropy of each sample, mean over its pixels, in nats, (samples,)."""
    likely = np.clip(outputs, EPSILON, 1 - EPSILON)
    return _mean(-(samples * np.log(likely) + (1 - samples) * np.log1p(-likely)), weights)


def mse(samples: Floats, outputs: Floats, weights: Floats | None = None) -> Floats:
    """Mean squared error of each sample, (samples,)."""
    return _mean(np.square(samples - outputs), weights)


def mae(samples: Floats, outputs: Floats, weights: Floats | None = None) -> Floats:
    """Mean absolute error of each sample, (samples,)."""
    return _mean(np.abs(samples - outputs), weights)


def psnr(samples: Floats, outputs: Floats, weights: Floats | None = None) -> Floats:
    """Peak signal-to-noise ratio of each sample for a peak of 1, in dB, at most `PSNR_CAP`, (samples,)."""
    return decibels(mse(samples, outputs, weights))


def decibels(errors: Floats) -> Floats:
    """Mean squared errors as the ratio of a peak of 1 to them, in dB, at most `PSNR_CAP`."""
    bounded = np.maximum(errors.astype(np.float64), 10 ** (-PSNR_CAP / 10))
    return np.asarray(-10 * np.log10(bounded), np.float32)


def _mean(values: Floats, weights: Floats | None) -> Floats:
    """The mean over each sample's numbers; of a padded sequence, over those of its real steps."""
    if weights is not None:
        of_steps = values.reshape(*values.shape[:2], -1).mean(axis=2)
        return np.asarray((of_steps * weights).sum(axis=1) / weights.sum(axis=1))
    return np.asarray(values.reshape(len(values), prod(values.shape[1:])).mean(axis=1))
