"""The test samples that a page shows, as bytes."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.core.errors import DataError
from aecli.data.splits import Split
from aecli.evaluation.evaluate import own_data
from aecli.runs.opened import OpenedRun
from aecli.runs.reference import sample_order

log = logging.getLogger(__name__)

MOST_BYTES = 450_000
"""Of all samples together, before they are written as text."""
MOST = 600
"""Samples, at most: points in the plane."""


@dataclass(frozen=True)
class Shown:
    """Test samples.

    Attributes:
        samples: (count, *sample_shape), as a page reads them.
        stored: The same as bytes.
        dtype: What a number is stored as: `uint8`, of which 255 stands for 1, or `float16`.
        names: What each is called.
        labels: What each shows, as text; None where that isn't known.
        steps: Of padded sequences, how many steps are real; else None.
    """

    samples: NDArray[np.float32]
    stored: bytes
    dtype: str
    names: list[str]
    labels: NDArray[Any] | None
    steps: list[int] | None

    @classmethod
    def of(cls, run: OpenedRun) -> Shown:
        """As many as fit: one of each label first, from the run's data or, where that isn't there, what it keeps."""
        dtype = "uint8" if run.kind == "images" and run.scaling.bounds else "float16"
        count = min(MOST, max(10, MOST_BYTES // (np.dtype(dtype).itemsize * prod(run.network.sample_shape))))
        split, names = _split(run, count)
        if dtype == "uint8":
            whole = np.round(split.samples * 255).clip(0, 255).astype(np.uint8)
            samples = whole.astype(np.float32) / np.float32(255)
        else:
            whole = split.samples.astype("<f2")
            samples = whole.astype(np.float32)
        steps = None if split.weights is None else [int(row.sum()) for row in split.weights]
        return cls(samples, whole.tobytes(), dtype, names, split.labels, steps)


def _split(run: OpenedRun, count: int) -> tuple[Split, list[str]]:
    """Samples and their names."""
    try:
        test = own_data(run).test
    except DataError as error:
        kept = run.reference
        held = Split(kept.samples, kept.sample_labels, kept.sample_weights).take(
            np.arange(min(count, len(kept.samples)))
        )
        log.warning(
            f"The data of {run.record.id} isn't there, so the page shows the {len(held)} test samples that the run "
            f"keeps: {error}"
        )
        return held, [f"test sample kept {place + 1}" for place in range(len(held))]
    rows = sample_order(test.labels, len(test))[:count]
    return test.take(rows), [f"test sample {row + 1}" for row in rows]
