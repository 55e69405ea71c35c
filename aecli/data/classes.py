"""Labels as classes: the names that a network with a condition is told."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from aecli.core.errors import DataError
from aecli.core.text import did_you_mean
from aecli.data.stored import Labels

MOST = 1000
"""Labels, at most, that are classes; of more, each would have few samples."""


def classes_of(labels: Labels | None) -> list[str] | None:
    """The labels there are, as texts in their order; None where they name no classes, such as measured numbers."""
    if labels is None:
        return None
    found = np.unique(labels)
    measured = found.dtype.kind == "f" and (found != np.round(found)).any()
    return None if measured or len(found) > MOST else list(_texts(found))


def one_hot(labels: Labels, classes: Sequence[str], where: str) -> NDArray[np.float32]:
    """Labels as a network takes them.

    Args:
        labels: (samples,).
        classes: What the network was trained on, in its order.
        where: Names the labels in the message.

    Returns:
        1 in the column of each sample's class, else 0, (samples, classes).

    Raises:
        DataError: A label is none of the classes.
    """
    found, which = np.unique(labels, return_inverse=True)
    known = {name: column for column, name in enumerate(classes)}
    columns = []
    for text in _texts(found):
        if text not in known:
            raise DataError(
                f"{where}: the network was told of no label '{text}'; {did_you_mean(text, known)}"
            )
        columns.append(known[text])
    return np.eye(len(classes), dtype=np.float32)[np.array(columns, np.intp)[which.reshape(-1)]]


def _texts(labels: Labels) -> Sequence[str]:
    """Labels as texts: 8 and 8.0 are the same label."""
    whole = labels.astype(np.int64) if labels.dtype.kind in "bf" else labels
    return [str(label) for label in whole.tolist()]
