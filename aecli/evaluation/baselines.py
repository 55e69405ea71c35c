"""What a network must beat: the mean sample, PCA with a code of the same size, JPEG of the same size.

Baselines take in what the network takes in (where a run has a corruption: the corrupted sample), and what
they learn, they learn from the samples that the network was trained on.
"""

from typing import Any

import numpy as np

from aecli.evaluation.jpeg import HEADERS, no_jpeg, through_jpeg
from aecli.evaluation.reconstruction import reconstruction
from aecli.evaluation.report import Findings
from aecli.evaluation.subject import Floats, Subject

LARGE = 4096
"""Numbers of a sample beyond which its PCA learns from a sample of the training samples."""
LARGE_SAMPLE = 2000
NAMES = ("bce", "mse", "mae", "psnr", "ssim")


def baselines(subject: Subject) -> Findings:
    """All baselines on the test split."""
    found = mean_image(subject)
    found.merge(pca(subject))
    found.merge(jpeg(subject))
    return found


def mean_image(subject: Subject) -> Findings:
    """The mean of the training samples, whatever goes in."""
    mean: Floats = np.asarray(subject.train_samples.mean(axis=0, dtype=np.float64), np.float32)
    outputs = np.repeat(mean[np.newaxis], len(subject.samples), axis=0)
    return reconstruction("baseline.mean_image", subject.samples, outputs, subject.form)


def pca(subject: Subject) -> Findings:
    """The principal components of the training samples, as many as the code has numbers."""
    found, size = Findings(), subject.codes.shape[1]
    flat = subject.train_samples.reshape(len(subject.train_samples), -1)
    if flat.shape[1] > LARGE:
        flat = flat[:: -(-len(flat) // LARGE_SAMPLE)]
    if size >= (limit := min(flat.shape[1], len(flat) - 1)):
        what = "a sample has" if limit == flat.shape[1] else f"{len(flat)} training samples can give"
        reason = f"the code has {size} numbers, no fewer than the {limit} that {what}: PCA loses nothing"
        found.lacks(reason, *(f"baseline.pca.{name}" for name in NAMES))
        return found
    model = principal_components(flat, size)
    codes = model.transform(subject.inputs.reshape(len(subject.inputs), -1))
    outputs = model.inverse_transform(codes).reshape(subject.samples.shape)
    if subject.form.bounded:
        outputs = np.clip(outputs, 0.0, 1.0)
    return reconstruction("baseline.pca", subject.samples, np.asarray(outputs, np.float32), subject.form)


def principal_components(flat: Floats, count: int) -> Any:
    """PCA fitted to rows of numbers (samples, numbers), by the solver that takes the smaller matrix apart."""
    from sklearn.decomposition import PCA

    tall = len(flat) >= flat.shape[1]
    with np.errstate(invalid="ignore"):  # samples that are all equal have no variance to have a part of
        return PCA(count, svd_solver="covariance_eigh" if tall else "full").fit(flat.astype(np.float64))


def jpeg(subject: Subject) -> Findings:
    """JPEG at the quality whose mean size comes nearest to the code's at 8 bits a number."""
    found, wanted = Findings(), subject.codes.shape[1]
    for header in HEADERS:
        prefix = f"baseline.jpeg_{header}"
        if reason := no_jpeg(subject.samples.shape[1:], subject.form):
            found.lacks(reason, *(f"{prefix}.{name}" for name in (*NAMES, "quality", "size")))
            continue
        outputs, quality, size = through_jpeg(subject.inputs, wanted, header)
        found.merge(reconstruction(prefix, subject.samples, outputs, subject.form))
        found.add(f"{prefix}.quality", quality, "1 to 95")
        found.add(f"{prefix}.size", size, "bytes/image")
    return found
