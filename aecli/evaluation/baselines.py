"""What a network must beat: the mean sample, PCA with a code of the same size, JPEG of the same size.

Baselines take in what the network takes in (where a run has a corruption: the corrupted sample), and what
they learn, they learn from the samples that the network was trained on.
"""

from math import prod

import numpy as np

from aecli.evaluation.components import mean_of, principal_components
from aecli.evaluation.jpeg import HEADERS, no_jpeg, through_jpeg
from aecli.evaluation.reconstruction import reconstruction
from aecli.evaluation.report import Findings
from aecli.evaluation.subject import Subject

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
    mean = mean_of(subject.train_samples).astype(np.float32)
    outputs = np.broadcast_to(mean, subject.samples.shape)
    return reconstruction("baseline.mean_image", subject.samples, outputs, subject.form)


def pca(subject: Subject) -> Findings:
    """The principal components of the training samples, as many as the code has numbers."""
    found, size = Findings(), subject.codes.shape[1]
    train, numbers = subject.train_samples, prod(subject.train_samples.shape[1:])
    if numbers > LARGE:
        train = train[:: -(-len(train) // LARGE_SAMPLE)]
    if size >= (limit := min(numbers, len(train) - 1)):
        what = "a sample has" if limit == numbers else f"{len(train)} training samples can give"
        reason = f"the code has {size} numbers, no fewer than the {limit} that {what}: PCA loses nothing"
        found.lacks(reason, *(f"baseline.pca.{name}" for name in NAMES))
        return found
    outputs = principal_components(train, size).through(subject.inputs)
    if subject.form.bounded:
        np.clip(outputs, 0.0, 1.0, out=outputs)
    return reconstruction("baseline.pca", subject.samples, outputs, subject.form)


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
