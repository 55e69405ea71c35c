"""How well the reconstruction loss tells what the network never learned from what it did."""

import numpy as np
from numpy.typing import NDArray

from aecli.core.lean import scikit_learn
from aecli.data.partition import labelled
from aecli.evaluation.report import Findings
from aecli.evaluation.subject import Floats, Subject
from aecli.models.autoencoder import in_batches

metrics = scikit_learn("metrics")


def anomaly(subject: Subject) -> Findings:
    """Where labels were left out of the training: can their test samples be known by their loss?"""
    found, labels = Findings(), subject.data.test.labels
    without = subject.run.config.data.train_without or _never_seen(subject)
    if not without or labels is None:
        found.lacks("no label was left out of the training (data.train_without)", "anomaly.auroc")
        return found
    left_out = labelled(labels, without)
    if left_out.all() or not left_out.any():
        found.lacks("the test samples aren't of both kinds", "anomaly.auroc")
        return found
    area = auroc(losses(subject), left_out)
    found.add("anomaly.auroc", area, "", "higher", se=auroc_error(area, left_out))
    return found


def _never_seen(subject: Subject) -> list[str]:
    """The labels that only test samples have, as where defects lie in `test/` alone."""
    train, test = subject.data.train.labels, subject.data.test.labels
    if train is None or test is None:
        return []
    return sorted({str(label) for label in np.unique(test)} - {str(label) for label in np.unique(train)})


def losses(subject: Subject) -> Floats:
    """The reconstruction loss of each test sample, (samples,); it goes in as it is, as in `aecli score`."""
    network, samples, outputs = subject.network, subject.samples, subject.outputs
    if subject.run.config.corruption is not None:
        outputs = network.decode_all(network.encode_all(samples, subject.labels), subject.labels)
    weights = subject.data.test.weights
    found: Floats = in_batches(subject.run.distortion.losses, network.batch_size, samples, outputs, weights)
    return found


def auroc(scores: Floats, positive: NDArray[np.bool_]) -> float:
    """The area under the ROC curve: how often a positive sample has a higher score than another one.

    Args:
        scores: (samples,).
        positive: Which samples should have high ones, (samples,); some, and not all.

    Returns:
        In [0, 1]; 0.5 is chance.
    """
    return float(metrics.roc_auc_score(positive, scores))


def auroc_error(area: float, positive: NDArray[np.bool_]) -> float:
    """The standard error of an area over other test samples (Hanley & McNeil, 1982)."""
    count, others = int(positive.sum()), int((~positive).sum())
    one, both = area / (2 - area), 2 * area**2 / (1 + area)
    spread = area * (1 - area) + (count - 1) * (one - area**2) + (others - 1) * (both - area**2)
    return float(np.sqrt(max(spread, 0.0) / (count * others)))
