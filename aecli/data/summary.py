"""What data is, in plain words and numbers: counts, shapes, ranges, labels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from aecli.data.sources.source import RawData
from aecli.data.splits import DataSet, Split

ROWS = 4096
"""Samples that are looked at at a time."""


def splits_of(data: DataSet) -> Iterator[tuple[str, Split]]:
    """The parts that there are, by name."""
    yield "training", data.train
    if data.validation is not None:
        yield "validation", data.validation
    yield "test", data.test


def summary(raw: RawData, data: DataSet) -> dict[str, Any]:
    """A summary as plain data.

    Args:
        raw: The data as stored.
        data: The same, prepared.
    """
    return {
        **data.record,
        "dtype": raw.train.samples.dtype.name,
        "scaling_in_words": str(data.scaling),
        "framing_in_words": None if raw.framing is None else str(raw.framing),
        "skipped_in_words": list(raw.skipped),
        "splits": {name: _of_split(split, data) for name, split in splits_of(data)},
        "labels": _labels(data),
    }


def _of_split(split: Split, data: DataSet) -> dict[str, Any]:
    """Counts and ranges of one part; of padded sequences, of their real steps."""
    ends = []
    for start in range(0, len(split), ROWS):
        rows = slice(start, start + ROWS)
        block = split.samples[rows]
        real = block if split.weights is None else block[split.weights[rows] > 0]
        ends.append((real.min(axis=0), real.max(axis=0)))
    lowest, highest = zip(*ends, strict=True)
    extremes = np.stack([np.min(lowest, axis=0), np.max(highest, axis=0)])
    stored = data.scaling.invert(extremes)
    found = {
        "count": len(split),
        "stored_range": [float(stored.min()), float(stored.max())],
        "scaled_range": [float(extremes.min()), float(extremes.max())],
    }
    if split.weights is not None:
        steps = split.weights.sum(axis=1)
        found["steps"] = [int(steps.min()), int(steps.max())]
    return found


def _labels(data: DataSet) -> dict[str, dict[str, int]] | None:
    """How often each label occurs in each part."""
    labels = {name: split.labels for name, split in splits_of(data) if split.labels is not None}
    if len(labels) < len(list(splits_of(data))):
        return None
    counts: dict[str, dict[str, int]] = {
        str(label): {} for label in np.unique(np.concatenate(list(labels.values())))
    }
    for name, some in labels.items():
        for label, count in zip(*np.unique(some, return_counts=True), strict=True):
            counts[str(label)][name] = int(count)
    return counts
