"""What a denoising autoencoder gains over its input, and how that changes with the noise."""

from collections.abc import Iterator
from math import prod

import numpy as np

from aecli.core.seeds import Role, generator, number
from aecli.data.classes import one_hot
from aecli.data.corruption import Corruption
from aecli.data.stored import taken
from aecli.evaluation.components import mean_of
from aecli.evaluation.reconstruction import decibels, no_peak, per_sample, psnr, reconstruction
from aecli.evaluation.report import Findings
from aecli.evaluation.subject import Floats, Subject
from aecli.runs.opened import OpenedRun

LEVELS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
"""Noise levels of the curve, as multiples of the level that the run was trained on."""
CURVE_IMAGES = 1000
"""At most so many test samples, a seeded sample, make the curve."""
CURVE_NUMBERS = 2**26
"""And so many numbers of large ones."""
CURVES = ("denoising.curve_output_psnr", "denoising.curve_input_psnr")


def denoising(subject: Subject) -> Findings:
    """Metrics of the corrupted input itself, the gain, and the curve of quality against noise level."""
    found, corruption = _hidden(subject), subject.run.config.corruption
    if corruption is None:
        found.lacks("the run has no corruption", "denoising.input", "denoising.gain", *CURVES)
        return found
    form = subject.form
    found.merge(reconstruction("denoising.input", subject.samples, subject.inputs, form))
    if reason := no_peak(form):
        found.lacks(reason, "denoising.gain", *CURVES)
        return found
    gain = per_sample(psnr, subject.samples, subject.outputs, form.weights)
    gain -= per_sample(psnr, subject.samples, subject.inputs, form.weights)
    found.add_mean("denoising.gain", gain, "dB", "higher")
    _add_curve(found, subject, corruption)
    return found


def _hidden(subject: Subject) -> Findings:
    """PSNR of what a corruption hid, as the network guesses it and as the mean of the training samples does."""
    found, hidden = Findings(), subject.hidden
    names = ("hidden.psnr", "hidden.mean_image_psnr", "hidden.gain")
    reason = no_peak(subject.form)
    if hidden is None or reason or subject.form.weights is not None:
        found.lacks(reason or "the run hides nothing, or its sequences are padded", *names)
        return found
    mean = mean_of(subject.train_samples).astype(np.float32)

    def guessed(samples: Floats, outputs: Floats, hidden: Floats) -> Floats:
        axes = tuple(range(1, hidden.ndim))
        errors = (np.square(samples - outputs) * hidden).sum(axis=axes)
        return decibels(errors / np.maximum(hidden.sum(axis=axes), 1.0))

    ours, theirs = (
        per_sample(guessed, subject.samples, outputs, hidden)
        for outputs in (subject.outputs, np.broadcast_to(mean, hidden.shape))
    )
    for name, values in zip(names, (ours, theirs, ours - theirs), strict=True):
        found.add_mean(name, values, "dB", None if name.endswith("mean_image_psnr") else "higher")
    return found


def at_levels(run: OpenedRun) -> tuple[Floats, Floats]:
    """One test sample with the noise of each level of the curve, and what becomes of it.

    Returns:
        Noisy samples and reconstructions, each (levels, *sample_shape); padding of a sequence is NaN.
    """
    corruption, reference, network = run.config.corruption, run.reference, run.network
    assert corruption is not None
    noisy = np.concatenate([one for _, one in _noisy(corruption, reference.samples[:1], run.config.seed)])
    told = None
    if run.classes is not None and reference.sample_labels is not None:
        told = one_hot(np.repeat(reference.sample_labels[:1], len(noisy)), run.classes, "the reference")
    outputs = network.decode_all(network.encode_all(noisy, told), told)
    if reference.sample_weights is not None:
        ended = reference.sample_weights[0] == 0
        noisy[:, ended], outputs[:, ended] = np.nan, np.nan
    return noisy, outputs


def _noisy(corruption: Corruption, samples: Floats, seed: int) -> Iterator[tuple[float, Floats]]:
    """The levels of the curve, each with what its noise makes of samples."""
    for step, level in enumerate(corruption.levels(LEVELS)):
        noise = [number(seed, Role.NOISE_CURVE), step]
        yield level, np.array(corruption.at(level).apply(samples, noise))


def _add_curve(found: Findings, subject: Subject, corruption: Corruption) -> None:
    """PSNR of the input and of the output at each level of noise, the mean over a sample of samples."""
    order = generator(subject.seed, Role.NOISE_CURVE).permutation(len(subject.samples))
    most = min(CURVE_IMAGES, max(1, CURVE_NUMBERS // prod(subject.samples.shape[1:])))
    chosen = np.sort(order[:most])
    few, labels = subject.data.test.take(chosen), taken(subject.labels, chosen)
    samples, weights = few.samples, few.weights
    rows = []
    for level, noisy in _noisy(corruption, samples, subject.seed):
        outputs = subject.network.decode_all(subject.network.encode_all(noisy, labels), labels)
        rows.append((level, psnr(samples, outputs, weights).mean(), psnr(samples, noisy, weights).mean()))
    levels, *curves = zip(*rows, strict=True)
    for name, values in zip(CURVES, curves, strict=True):
        found.add_series(name, values, "dB", corruption.strength, levels)
