"""Inputs in an array."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.data.arrays import names_in_npz
from aecli.data.scaling import Scaling
from aecli.errors import DataError
from aecli.inputs.batch import Batch, PassedOver, ahead
from aecli.inputs.stored_array import StoredArray
from aecli.trained import TrainedRun

_BESIDE = re.compile("(y|lengths)(_train|_test)?|names")
"""Arrays that say something about items, and are none."""


class ArrayInputs:
    """The rows of an array, each an input that is called by its number.

    Args:
        run: What takes them.
        stored: The array, (count, *image_shape); of sequences, it may have fewer steps.
        lengths: How many steps of each sequence are real, (count,); None for all.

    Raises:
        DataError: The run can't take such an array.
    """

    def __init__(
        self, run: TrainedRun, stored: StoredArray, lengths: NDArray[np.integer] | None = None
    ) -> None:
        self.origin = str(stored)
        self.image_shape = run.network.image_shape
        self.scaling = run.scaling
        self.stored = stored
        self.count = 1 if stored.shape == self.image_shape else len(stored)
        check_shape(stored.shape[1:] if self.count == len(stored) else stored.shape, run, self.origin)
        check_dtype(stored.dtype, self.scaling, self.origin)
        if lengths is None and run.kind == "sequences":
            lengths = np.full(self.count, stored.shape[-2])
        self.lengths = lengths

    def batches(self, size: int, passed_over: PassedOver) -> Iterator[Batch]:
        """Reads and scales them, ahead of the caller."""
        return ahead(self._read(size, passed_over))

    def _read(self, size: int, passed_over: PassedOver) -> Iterator[Batch]:
        first = 0
        for block in self._blocks(size):
            rows = np.arange(first, first + len(block))
            first += len(block)
            lengths = None if self.lengths is None else self.lengths[rows]
            batch = scaled_batch(
                rows, block, lengths, self.image_shape, self.scaling, passed_over, f"{self.origin}, number "
            )
            if len(batch):
                yield batch

    def _blocks(self, size: int) -> Iterator[NDArray[Any]]:
        if self.stored.shape == self.image_shape:
            yield np.concatenate(list(self.stored.blocks(size)))[np.newaxis]
        else:
            yield from self.stored.blocks(size)


def open_arrays(run: TrainedRun, path: Path, member: str | None) -> ArrayInputs:
    """The inputs of a file.

    Args:
        run: What takes them.
        path: An `.npy` or `.npz` file.
        member: The name of an array of an `.npz` file; by default `x`, or the only one that there is.

    Raises:
        DataError: It can't be read, or the run can't take what it holds.
    """
    if path.suffix.lower() == ".npy":
        return ArrayInputs(run, StoredArray.open(path, None))
    names = names_in_npz(path)
    items = [name for name in names if not _BESIDE.fullmatch(name)]
    if member is None:
        if "x" not in names and len(items) != 1:
            held = ", ".join(sorted(names)[:10]) or "nothing"
            raise DataError(f"{path}: holds {held}; say which array: {path}:{(items or ['x'])[0]}")
        member = "x" if "x" in names else items[0]
    elif member not in names:
        raise DataError(f"{path}: has no array {member}; it holds {', '.join(sorted(names)[:10])}")
    stored = StoredArray.open(path, member)
    named = member.replace("x", "lengths", 1)
    lengths = None
    if run.kind == "sequences" and named != member and named in names:
        lengths = _lengths(StoredArray.open(path, named), stored)
    return ArrayInputs(run, stored, lengths)


def scaled_batch(
    names: NDArray[Any],
    stored: NDArray[Any],
    lengths: NDArray[np.integer] | None,
    image_shape: tuple[int, ...],
    scaling: Scaling,
    passed_over: PassedOver,
    called: str,
) -> Batch:
    """Stored numbers → a batch without those that can't be scaled.

    Args:
        names: What each item is called, (items,).
        stored: (items, *image_shape); of sequences, with fewer steps at will.
        lengths: How many steps of each sequence are real; None where they aren't sequences.
        image_shape: What the network takes.
        scaling: The run's.
        passed_over: Told of what can't be scaled.
        called: What an item is called in messages, in front of its name.
    """
    real = None
    if lengths is not None:
        padded = np.zeros((len(stored), *image_shape), stored.dtype)
        padded[:, : stored.shape[1]] = stored
        stored, real = padded, np.arange(image_shape[0]) < lengths[:, np.newaxis]
        stored[~real] = 0

    divisor = divisor_of(scaling) if real is None else None

    def scale(rows: Any, where: str) -> NDArray[Any]:
        scaling.check(stored[rows] if real is None else stored[rows][real[rows]], where)
        return stored[rows] if divisor else scaling.apply(stored[rows])

    try:
        items = scale(slice(None), called)
    except DataError:
        # Something is wrong with one of them, so each is looked at.
        sound, parts = np.ones(len(stored), bool), []
        for row, name in enumerate(names):
            try:
                parts.append(scale(slice(row, row + 1), f"{called}{name}"))
            except DataError as error:
                passed_over.add(str(error))
                sound[row] = False
        items = np.concatenate(parts) if parts else np.empty((0, *image_shape), np.float32)
        names, real = names[sound], None if real is None else real[sound]
    if real is None:
        return Batch(names, items, divisor or 1.0)
    items[~real] = 0.0
    return Batch(names, items, weights=real.astype(np.float32))


def divisor_of(scaling: Scaling) -> float | None:
    """What unsigned integers are divided by; None where scaling is something else."""
    plain = scaling.method == "dtype" and scaling.offset == (0.0,)
    return scaling.divisor[0] if plain else None


def check_shape(shape: tuple[int, ...], run: TrainedRun, where: str) -> None:
    """Checks the shape of an item.

    Raises:
        DataError: The run's network can't take it.
    """
    expected = run.network.image_shape
    if shape == expected:
        return
    shown = ", ".join(map(str, expected))
    if run.kind == "sequences" and len(shape) == 2 and shape[1] == expected[1]:
        if shape[0] < expected[0]:
            return
        raise DataError(
            f"{where}: sequences of {shape[0]} steps; this run takes {expected[0]} steps at most: cut them"
        )
    raise DataError(
        f"{where}: expected {_NOUN[run.kind]} of shape ({shown}), as in the training: an array of shape "
        f"(count, {shown}) or ({shown}); received items of shape {shape}"
    )


_NOUN = {"pictures": "images", "sequences": "sequences", "rows": "rows"}


def check_dtype(dtype: np.dtype[Any], scaling: Scaling, where: str) -> None:
    """Checks that numbers mean the same as in the training.

    Raises:
        DataError: They don't.
    """
    if dtype.kind not in "biuf":
        raise DataError(f"{where}: expected numbers, received {dtype}")
    if scaling.method == "dtype" and dtype.name != scaling.dtype:
        raise DataError(
            f"{where}: expected {scaling.dtype} numbers, as in the training, received {dtype.name}"
        )


def _lengths(stored: StoredArray, items: StoredArray) -> NDArray[np.integer]:
    """The lengths beside sequences.

    Raises:
        DataError: They don't fit.
    """
    if stored.shape != items.shape[:1] or stored.dtype.kind not in "iu":
        raise DataError(
            f"{stored}: expected a whole number for each of the {len(items):,} sequences, received "
            f"{stored.dtype} of shape {stored.shape}"
        )
    lengths = np.concatenate(list(stored.blocks(2**16)))
    if lengths.min() < 1 or lengths.max() > items.shape[1]:
        raise DataError(
            f"{stored}: says {lengths.min()} to {lengths.max()} steps of sequences that have {items.shape[1]}"
        )
    return lengths
