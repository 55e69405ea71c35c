"""Sequences of any length, before they are brought to one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.data.arrays import Labels, Numbers, check_labels, names_in_npz, read_npy, read_npz
from aecli.data.folder import Files
from aecli.data.table import read_table
from aecli.errors import DataError


@dataclass(frozen=True)
class Pieces:
    """Some sequences.

    Attributes:
        items: Each (steps, features).
        labels: One each, or None.
        names: What each is called in messages.
    """

    items: list[Numbers]
    labels: Labels | None
    names: list[str]

    def __len__(self) -> int:
        """The number of sequences."""
        return len(self.items)

    def take(self, rows: NDArray[np.integer]) -> Pieces:
        """Some of the sequences, by their numbers."""
        labels = None if self.labels is None else self.labels[rows]
        return Pieces([self.items[row] for row in rows], labels, [self.names[row] for row in rows])

    def cut_in_time(self, fraction: float) -> tuple[Pieces, Pieces]:
        """The beginning and the end of the only sequence, which share no step."""
        (item,), (name,) = self.items, self.names
        at = len(item) - round(fraction * len(item))
        beginning = Pieces([item[:at]], self.labels, [f"{name}, the first {at} steps"])
        return beginning, Pieces([item[at:]], self.labels, [f"{name}, the last {len(item) - at} steps"])

    def windows(self, steps: int, stride: int, broken: list[str]) -> Pieces:
        """Pieces of one length out of each sequence.

        Args:
            steps: Of a piece.
            stride: From the beginning of a piece to that of the next; one more ends with the sequence.
            broken: Grows by a message for each sequence that is shorter than a piece.
        """
        items, names, owners = [], [], []
        for owner, (item, name) in enumerate(zip(self.items, self.names, strict=True)):
            try:
                starts = window_starts(len(item), steps, stride, name)
            except DataError as error:
                broken.append(str(error))
                continue
            items += [item[start : start + steps] for start in starts]
            names += [name] * len(starts)
            owners += [owner] * len(starts)
        labels = None if self.labels is None else self.labels[np.array(owners, int)]
        return Pieces(items, labels, names)


def window_starts(length: int, steps: int, stride: int, name: str) -> list[int]:
    """Where the pieces of a sequence begin; the last one ends with it.

    Args:
        length: The sequence's steps.
        steps: Of a piece.
        stride: From the beginning of a piece to that of the next.
        name: What the sequence is called.

    Raises:
        DataError: The sequence is shorter than a piece.
    """
    last = length - steps
    if last < 0:
        raise DataError(f"{name}: {length} steps are fewer than a window of {steps}")
    return [*range(0, last, stride), last]


def padded(items: Sequence[Numbers], steps: int) -> tuple[Numbers, NDArray[np.integer]]:
    """Sequences as one array, filled up with zeros.

    Returns:
        (sequences, steps, features), and how many steps of each are real.
    """
    array = np.zeros((len(items), steps, items[0].shape[1]), np.result_type(*{item.dtype for item in items}))
    for i, item in enumerate(items):
        array[i, : len(item)] = item
    return array, np.array([len(item) for item in items])


def of_array(path: Path) -> Pieces:
    """The sequences of an `.npy` file.

    Raises:
        DataError: It can't be read, or holds something else.
    """
    return _pieces(read_npy(path), None, None, str(path))


def of_archive(path: Path) -> tuple[Pieces, Pieces | None]:
    """The sequences of an `.npz` file: those of x_train and those of x_test, or all of x.

    Raises:
        DataError: It can't be read, or holds something else.
    """
    names = names_in_npz(path)
    if "x" in names:
        arrays: dict[str, Any] = read_npz(path, ["x"], ["lengths", "y"])
        return _pieces(arrays["x"], arrays.get("lengths"), arrays.get("y"), f"{path}: x"), None
    optional = ["lengths_train", "lengths_test", "y_train", "y_test"]
    arrays = read_npz(path, ["x_train", "x_test"], optional)
    labelled = "y_train" in arrays and "y_test" in arrays
    parts = [
        _pieces(
            arrays[f"x_{part}"],
            arrays.get(f"lengths_{part}"),
            arrays[f"y_{part}"] if labelled else None,
            f"{path}: x_{part}",
        )
        for part in ("train", "test")
    ]
    if parts[0].items[0].shape[1] != parts[1].items[0].shape[1]:
        raise DataError(f"{path}: training and test sequences differ in their number of features")
    return parts[0], parts[1]


def of_files(
    files: tuple[Files, Files | None], columns: Sequence[str] | None, broken: list[str]
) -> tuple[Pieces, Pieces | None]:
    """The sequences of CSV files, one each, whose rows are steps.

    Args:
        files: All files, or those to train on and those to test on.
        columns: The headings of the columns to read.
        broken: Grows by a message for each file that can't be read.
    """
    width: int | None = None
    parts = []
    for part in files:
        if part is None:
            continue
        items, names, kept = [], [], []
        for row, path in enumerate(part.paths):
            try:
                table = read_table(path, columns)
                if table.broken or not len(table.numbers):
                    raise DataError(table.broken[0] if table.broken else f"{path}: there are no rows in it")
                width = width or table.numbers.shape[1]
                if table.numbers.shape[1] != width:
                    raise DataError(
                        f"{path}: {table.numbers.shape[1]} columns, where the first file has {width}"
                    )
            except DataError as error:
                broken.append(str(error))
                continue
            items.append(table.numbers)
            names.append(str(path))
            kept.append(row)
        labels = None if part.labels is None else part.labels[kept]
        parts.append(Pieces(items, labels, names))
    return parts[0], parts[1] if len(parts) > 1 else None


def _pieces(array: Numbers, lengths: Numbers | None, labels: Labels | None, where: str) -> Pieces:
    """An array's rows as sequences, each cut to its length."""
    if array.ndim == 2:
        array = array[..., np.newaxis]
    if array.ndim != 3 or not array.size:
        raise DataError(
            f"{where}: expected sequences, (count, steps, features) or (count, steps), received the shape "
            f"{array.shape}"
        )
    if labels is not None:
        check_labels(labels, len(array), f"{where}: their labels")
    names = [f"{where}[{i}]" for i in range(len(array))]
    if lengths is None:
        return Pieces(list(array), labels, names)
    if lengths.shape != array.shape[:1] or lengths.dtype.kind not in "iu" or not lengths.size:
        raise DataError(f"{where}: expected a whole number for each sequence as its length")
    if lengths.min() < 1 or lengths.max() > array.shape[1]:
        raise DataError(f"{where}: lengths must lie in [1, {array.shape[1]}], the steps that there are")
    return Pieces([item[:length] for item, length in zip(array, lengths, strict=True)], labels, names)
