"""What is held out: from the training for testing, and from what is left for validation."""

from __future__ import annotations

import logging
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from aecli.core.errors import DataError
from aecli.core.seeds import Role, generator
from aecli.data.stored import Labels, Stored

log = logging.getLogger(__name__)

Rows = NDArray[np.integer]

FEW = 10
"""With fewer images or series than this, pieces of them are held out, and not whole ones."""

KNOWN = 20
"""Labels, at most, that a message names."""


def held_out(count: int, fraction: float, seed: int, where: str) -> tuple[Rows, Rows]:
    """Splits samples by chance into training and test samples, both in an order of chance.

    Args:
        count: How many there are.
        fraction: How much of them becomes the test set, in (0, 1); at least one sample and not all.
        seed: Decides which.
        where: Names the samples in the message.

    Returns:
        The numbers of the training samples and of the test samples.

    Raises:
        DataError: There are fewer than two samples.
    """
    if count < 2:
        raise DataError(f"{where}: {count} sample(s) can't be split into training and test data")
    order = generator(seed, Role.TEST_SPLIT).permutation(count)
    tested = _share(fraction, count)
    return order[tested:], order[:tested]


def for_validation(train: Stored, fraction: float, seed: int) -> tuple[Rows, Rows]:
    """Splits training samples into those that are trained on and those that are held out, as they stand.

    Pieces of one series or image resemble each other. So whole series and images are held out where there
    are ten or more; of fewer series, the end in time of each, without the pieces that reach over the cut.

    Args:
        train: The training samples.
        fraction: How much of them is held out, in (0, 1).
        seed: Decides which.

    Returns:
        The numbers of the samples that are kept and of those that are held out, rising.

    Raises:
        DataError: There aren't enough to hold some out and keep some.
    """
    if len(train) < 2:
        raise DataError(f"data.validation_split: {len(train)} training sample can't be split")
    chance = generator(seed, Role.VALIDATION_SPLIT)
    if train.pieces is None:
        return _by_chance(len(train), fraction, chance)
    owners, starts, stops = train.pieces.T
    names = np.unique(owners)
    if len(names) >= FEW:
        chosen = chance.permutation(names)[: _share(fraction, len(names))]
        is_out = np.isin(owners, chosen)
        return np.flatnonzero(~is_out), np.flatnonzero(is_out)
    if (stops == starts).all():
        log.warning(
            f"data.validation_split: tiles of {len(names)} image(s) are held out, whose other tiles are trained "
            f"on; of {FEW} images or more, whole images would be"
        )
        return _by_chance(len(train), fraction, chance)
    cut = np.zeros(len(train), np.int64)
    for name in names:
        of_series = owners == name
        first, end = starts[of_series].min(), stops[of_series].max()
        cut[of_series] = end - max(1, round(fraction * (end - first)))
    before, after = np.flatnonzero(stops <= cut), np.flatnonzero(starts >= cut)
    if not len(before) or not len(after):
        raise DataError(
            f"data.validation_split: {fraction:g} of the training series is shorter than a window, or leaves "
            "less than one; hold more or less out, or cut shorter windows (data.window)"
        )
    return before, after


def without_labels(train: Stored, test: Stored, labels: Collection[float | str], origin: str) -> Stored:
    """Training samples but those with some labels.

    Args:
        train: The training samples.
        test: The test samples, which may be the only ones with such a label.
        labels: The labels.
        origin: Names the data in messages.

    Raises:
        DataError: There are no labels, none of some name, or no other ones.
    """
    if train.labels is None or test.labels is None:
        raise DataError(f"data.train_without: the samples of {origin} have no labels")
    known = dict.fromkeys(str(label) for part in (train.labels, test.labels) for label in np.unique(part))
    for label in labels:
        if not any(each in known for each in _spellings(label)):
            there = ", ".join([*known][:KNOWN]) + (", …" if len(known) > KNOWN else "")
            raise DataError(f"data.train_without: no sample has the label '{label}'; there are {there}")
    left_out = labelled(train.labels, labels)
    if left_out.all():
        raise DataError("data.train_without: without these labels there is no training sample left")
    return train.take(np.flatnonzero(~left_out)) if left_out.any() else train


def labelled(labels: Labels, some: Collection[float | str]) -> NDArray[np.bool_]:
    """Which samples have one of some labels, (samples,); 8, '8' and 8.0 are the same label."""
    return np.isin(labels.astype(str), [text for label in some for text in _spellings(label)])


def _spellings(label: float | str) -> tuple[str, ...]:
    """A label as integers, texts and floats are written."""
    if isinstance(label, str):
        return (label,)
    return (str(int(label)), str(float(label))) if label == int(label) else (str(label),)


def _by_chance(count: int, fraction: float, chance: np.random.Generator) -> tuple[Rows, Rows]:
    """Single samples that are kept, and held out, rising."""
    order, out = chance.permutation(count), _share(fraction, count)
    return np.sort(order[out:]), np.sort(order[:out])


def _share(fraction: float, count: int) -> int:
    """A fraction of things: at least one, and not all."""
    return min(max(round(fraction * count), 1), count - 1)
