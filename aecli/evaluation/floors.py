"""What a network must beat: the mean image, PCA with a code of the same size, JPEG of the same size.

Floors take in what the network takes in (where a run has a corruption: the corrupted image), and what
they learn, they learn from the images that the network was trained on.
"""

import numpy as np

from aecli.evaluation.jpeg import HEADERS, no_jpeg, through_jpeg
from aecli.evaluation.reconstruction import reconstruction
from aecli.evaluation.report import Findings
from aecli.evaluation.subject import Floats, Subject

LARGE = 4096
"""Numbers of an image beyond which its PCA learns from a sample of the training images."""
LARGE_SAMPLE = 2000
NAMES = ("bce", "mse", "mae", "psnr", "ssim")


def floors(subject: Subject) -> Findings:
    """All floors on the test split."""
    found = mean_image(subject)
    found.merge(pca(subject))
    found.merge(jpeg(subject))
    return found


def mean_image(subject: Subject) -> Findings:
    """The mean of the training images, whatever goes in."""
    mean: Floats = np.asarray(subject.train_images.mean(axis=0, dtype=np.float64), np.float32)
    outputs = np.repeat(mean[np.newaxis], len(subject.images), axis=0)
    return reconstruction("floor.mean_image", subject.images, outputs, subject.form)


def pca(subject: Subject) -> Findings:
    """The principal components of the training images, as many as the code has numbers."""
    found, size = Findings(), subject.codes.shape[1]
    flat = subject.train_images.reshape(len(subject.train_images), -1)
    if flat.shape[1] > LARGE:
        flat = flat[:: -(-len(flat) // LARGE_SAMPLE)]
    if size >= (limit := min(flat.shape[1], len(flat) - 1)):
        what = "an image has" if limit == flat.shape[1] else f"{len(flat)} training images can give"
        reason = f"the code has {size} numbers, no fewer than the {limit} that {what}: PCA loses nothing"
        found.lacks(reason, *(f"floor.pca.{name}" for name in NAMES))
        return found
    mean, components = principal_components(flat, size)
    codes = (subject.inputs.reshape(len(subject.inputs), -1) - mean) @ components.T
    outputs = (codes @ components + mean).reshape(subject.images.shape)
    if subject.form.bounded:
        outputs = np.clip(outputs, 0.0, 1.0)
    return reconstruction("floor.pca", subject.images, np.asarray(outputs, np.float32), subject.form)


def principal_components(flat: Floats, count: int) -> tuple[Floats, Floats]:
    """The mean, (numbers,), and the directions of most variance, (count, numbers), of rows of numbers."""
    mean = flat.mean(axis=0, dtype=np.float64).astype(np.float32)
    centred = flat - mean
    if flat.shape[1] > len(flat):  # the same directions, out of the smaller matrix
        squares, weights = np.linalg.eigh((centred @ centred.T).astype(np.float64))
        found = weights[:, ::-1][:, :count].T @ centred
        return mean, (found / np.sqrt(squares[::-1][:count, np.newaxis].clip(1e-12))).astype(np.float32)
    _, directions = np.linalg.eigh((centred.T @ centred).astype(np.float64))
    return mean, directions[:, ::-1][:, :count].T.astype(np.float32)


def jpeg(subject: Subject) -> Findings:
    """JPEG at the quality whose mean size comes nearest to the code's at 8 bits a number."""
    found, wanted = Findings(), subject.codes.shape[1]
    for header in HEADERS:
        prefix = f"floor.jpeg_{header}"
        if reason := no_jpeg(subject.images.shape[1:], subject.form):
            found.lacks(reason, *(f"{prefix}.{name}" for name in (*NAMES, "quality", "size")))
            continue
        outputs, quality, size = through_jpeg(subject.inputs, wanted, header)
        found.merge(reconstruction(prefix, subject.images, outputs, subject.form))
        found.add(f"{prefix}.quality", quality, "1 to 95")
        found.add(f"{prefix}.size", size, "bytes/image")
    return found
