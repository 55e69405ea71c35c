"""How well the reconstruction loss tells what the network never learned from what it did."""

import numpy as np
from numpy.typing import NDArray

from aecli.data.splits import labelled
from aecli.evaluation.report import Findings
from aecli.evaluation.subject import Floats, Subject
from aecli.training.measure import reconstruction_losses


def anomaly(subject: Subject) -> Findings:
    """Where labels were left out of the training: can their test images be known by their loss?"""
    found, without = Findings(), subject.run.config.data.train_without
    if not without:
        found.lacks("no label was left out of the training (data.train_without)", "anomaly.auroc")
        return found
    labels = subject.data.test.labels
    left_out = np.zeros(0, bool) if labels is None else labelled(labels, without)
    if left_out.all() or not left_out.any():
        found.lacks("the test images aren't of both kinds", "anomaly.auroc")
        return found
    area = auroc(losses(subject), left_out)
    found.add("anomaly.auroc", area, "", "higher", se=auroc_error(area, left_out))
    return found


def losses(subject: Subject) -> Floats:
    """The reconstruction loss of each test image, (images,); it goes in as it is, as in `aecli score`."""
    network, images = subject.network, subject.images
    weights, step = subject.data.test.weights, network.batch_size
    found = []
    for start in range(0, len(images), step):
        rows = slice(start, start + step)
        some = images[rows]
        outputs = subject.outputs[rows]
        if subject.run.config.corruption is not None:
            outputs = network.decode_all(network.encode_all(some))
        real = None if weights is None else weights[rows]
        found.append(reconstruction_losses(network, subject.run.config.training.loss, some, outputs, real))
    return np.concatenate(found)


def auroc(scores: Floats, positive: NDArray[np.bool_]) -> float:
    """The area under the ROC curve: how often a positive image has a higher score than another one.

    Args:
        scores: (images,).
        positive: Which images should have high ones, (images,); some, and not all.

    Returns:
        In [0, 1]; 0.5 is chance.
    """
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(positive, scores))


def auroc_error(area: float, positive: NDArray[np.bool_]) -> float:
    """The standard error of an area over other test images (Hanley & McNeil, 1982)."""
    count, others = int(positive.sum()), int((~positive).sum())
    one, both = area / (2 - area), 2 * area**2 / (1 + area)
    spread = area * (1 - area) + (count - 1) * (one - area**2) + (others - 1) * (both - area**2)
    return float(np.sqrt(max(spread, 0.0) / (count * others)))
