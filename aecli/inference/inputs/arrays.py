"""Inputs in an array."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.core.errors import DataError
from aecli.core.text import listed
from aecli.data.array_files import SUFFIXES, StoredArray, arrays_in
from aecli.data.stored import check_labels, taken
from aecli.inference.inputs.batch import Batch, Named, Skipped, ahead
from aecli.inference.inputs.gate import admit, check_lengths, check_shape
from aecli.runs.opened import OpenedRun

_BESIDE = re.compile("(y|lengths)(_train|_test|_val)?|names")
"""Arrays that say something about samples, and are none."""


class ArrayInputs:
    """The rows of an array, each an input that is called by its number.

    Args:
        run: What takes them.
        stored: The array, (count, *sample_shape), or one sample; sequences may have fewer steps, or more that
            are padding, and those of one feature may lack its axis.
        lengths: How many steps of each sequence are real, (count,); None for all.
        labels: What each is labelled, (count,); None where that isn't known.

    Raises:
        DataError: The run can't take such an array.
    """

    folder = None
    searched = ()
    suffixes = SUFFIXES

    def __init__(
        self,
        run: OpenedRun,
        stored: StoredArray,
        lengths: NDArray[np.integer] | None = None,
        labels: NDArray[Any] | None = None,
    ) -> None:
        self.origin = str(stored)
        self.sample_shape = run.network.sample_shape
        self.scaling = run.scaling
        self.stored = stored
        shape = stored.shape
        if run.kind == "sequences" and self.sample_shape[1] == 1 and (len(shape) == 1 or shape[-1] != 1):
            shape = (*shape, 1)
        self.is_single = shape == self.sample_shape
        self.shape = (1, *shape) if self.is_single else shape
        self.count = self.shape[0]
        if run.kind == "sequences" and len(self.shape) > 1:  # what has no steps is refused below
            if lengths is None:
                lengths = np.full(self.count, self.shape[1])
            check_lengths(lengths, self.count, self.shape[1], self.origin)
            # What is longer is cut, if it is padding.
            longest = int(lengths.max()) if len(lengths) else 0
            self.shape = (self.count, min(self.shape[1], max(longest, 1)), *self.shape[2:])
        check_shape(self.shape[1:], self.sample_shape, run.kind, self.origin)
        self.scaling.check_dtype(stored.dtype, self.origin)
        self.lengths = lengths
        if labels is not None:
            check_labels(labels, self.count, self.origin)
        self.labels = labels

    def batches(self, size: int, skipped: Skipped) -> Iterator[Batch]:
        """Reads and scales them, ahead of the caller."""
        return ahead(self._read(size, skipped))

    def _read(self, size: int, skipped: Skipped) -> Iterator[Batch]:
        first = 0
        for block in self._blocks(size):
            rows = np.arange(first, first + len(block))
            first += len(block)
            named = Named(rows, lengths=taken(self.lengths, rows), labels=taken(self.labels, rows))
            batch, wrong = admit(named, block, self.sample_shape, self.scaling, f"{self.origin}, number ")
            for message in wrong:
                skipped.add(message)
            if len(batch):
                yield batch

    def _blocks(self, size: int) -> Iterator[NDArray[Any]]:
        if self.is_single:
            yield np.concatenate(list(self.stored.blocks(size))).reshape(1, *self.sample_shape)
        else:
            for block in self.stored.blocks(size):
                yield block.reshape(len(block), -1, *self.shape[2:]) if self.lengths is not None else block


def open_arrays(run: OpenedRun, path: Path, member: str | None) -> ArrayInputs:
    """The inputs of a file.

    Args:
        run: What takes them.
        path: An `.npy` or `.npz` file.
        member: The name of an array of an `.npz` file; by default `x`, or the only one that there is.

    Raises:
        DataError: It can't be read, or the run can't take what it holds.
    """
    if path.suffix.lower() == ".npy":
        return ArrayInputs(run, StoredArray.open(path))
    names = arrays_in(path)
    candidates = [name for name in names if not _BESIDE.fullmatch(name)]
    if member is None:
        if "x" not in names and len(candidates) != 1:
            first = (candidates or ["x"])[0]
            raise DataError(f"{path}: holds {listed(names)}; say which array: {path}:{first}")
        member = "x" if "x" in names else candidates[0]
    elif member not in names:
        raise DataError(f"{path}: has no array {member}; it holds {listed(names)}")

    def beside(what: str) -> NDArray[Any] | None:
        name = member.replace("x", what, 1)
        return StoredArray.open(path, name).read() if name != member and name in names else None

    lengths = beside("lengths") if run.kind == "sequences" else None
    labels = None if run.classes is None else beside("y")
    return ArrayInputs(run, StoredArray.open(path, member), lengths, labels)
