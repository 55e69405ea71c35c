"""Sequences of any length, before they are brought to one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aecli.core.errors import DataError
from aecli.core.text import listed
from aecli.data.array_files import PARTS, StoredArray, arrays_in, read_npz
from aecli.data.dialect import Dialect
from aecli.data.folder import Parts
from aecli.data.stored import Labels, Numbers, Stored, check_labels, taken
from aecli.data.table import Table, read_table, spans
from aecli.data.windows import Windows


@dataclass(frozen=True)
class Series:
    """Some sequences.

    Attributes:
        items: Each (steps, features), with NaN where numbers are missing.
        labels: One each, or None.
        names: What each is called in messages.
        columns: The headings of the features; None where they have none.
        starts: The step at which each begins, where it is the end of a longer one; 0 by default.
        first_lines: Of sequences from CSV files, the line of each one's first step.
    """

    items: list[Numbers]
    labels: Labels | None
    names: list[str]
    columns: tuple[str, ...] | None = None
    starts: tuple[int, ...] | None = None
    first_lines: tuple[int, ...] | None = None

    def __len__(self) -> int:
        """The number of sequences."""
        return len(self.items)

    def take(self, rows: NDArray[np.integer]) -> Series:
        """Some of the sequences, by their numbers."""
        labels = taken(self.labels, rows)
        return Series(
            [self.items[row] for row in rows], labels, [self.names[row] for row in rows], self.columns
        )

    def cut_in_time(self, fraction: float, window: int) -> tuple[Series, Series]:
        """The beginning and the end of the only sequence, which share no step.

        Raises:
            DataError: One of them is shorter than a window.
        """
        (item,), (name,) = self.items, self.names
        if len(item) < window:
            raise DataError(
                f"{name}: its {len(item)} steps are fewer than a window of {window}; cut shorter ones: "
                f"data.window={max(1, len(item) // 5)}, for example"
            )
        at = len(item) - round(fraction * len(item))
        for what, steps in (("last", len(item) - at), ("first", at)):
            if steps < window:
                which = "to test on" if what == "last" else "to train on"
                raise DataError(
                    f"{name}: the {what} {steps} of {len(item)} steps, which are {which}, are fewer than a window "
                    f"of {window}; change what is held out (data.test_fraction, now {fraction:g}), or cut shorter "
                    "windows (data.window)"
                )
        ends = f"{name}, the last {len(item) - at} steps"
        return (
            Series([item[:at]], self.labels, [f"{name}, the first {at} steps"], self.columns),
            Series([item[at:]], self.labels, [ends], self.columns, (at,)),
        )

    def gaps(self) -> Iterator[tuple[str, str]]:
        """The sequences with missing numbers: the name of each, and which steps (or lines) these are."""
        for i, (item, name) in enumerate(zip(self.items, self.names, strict=True)):
            missing = np.flatnonzero(has_gap(item))
            if len(missing) and self.first_lines is not None:
                yield name, f"lines {spans((missing + self.first_lines[i]).tolist())}"
            elif len(missing):
                yield name, f"steps {spans(missing.tolist())}, counted from 0"

    def windows(self, steps: int, stride: int) -> tuple[Stored, list[str]]:
        """Pieces of one length out of each sequence; those with missing numbers are left out.

        Args:
            steps: Of a piece.
            stride: From the beginning of a piece to that of the next; one more ends with the sequence.

        Returns:
            The pieces, and a message for each sequence that is shorter than one.
        """
        begun, pieces, short, before = [], [], list[str](), 0
        for owner, (item, name) in enumerate(zip(self.items, self.names, strict=True)):
            first = self.starts[owner] if self.starts else 0
            try:
                starts = window_starts(len(item), steps, stride, name)
            except DataError as error:
                short.append(str(error))
            else:
                gaps = np.cumsum(np.append(False, has_gap(item)))
                whole = starts[gaps[starts + steps] == gaps[starts]]
                begun.append(before + whole)
                owned = np.full(len(whole), owner)
                pieces.append(np.stack([owned, first + whole, first + whole + steps], axis=1))
            before += len(item)
        if not pieces:
            return Stored(np.empty((0, steps, 1))), short
        cut, of_all = (
            Windows.of(np.concatenate(self.items), np.concatenate(begun), steps),
            np.concatenate(pieces),
        )
        return Stored(cut, taken(self.labels, of_all[:, 0]), pieces=of_all), short

    def padded(self, steps: int) -> Stored:
        """All as one array, filled up with zeros."""
        array, lengths = padded(self.items, steps)
        return Stored(array, self.labels, lengths)


def has_gap(item: Numbers) -> NDArray[np.bool_]:
    """The steps of a sequence with a missing number, (steps,)."""
    if item.dtype.kind != "f":
        return np.zeros(len(item), bool)
    return np.asarray(np.isnan(item).any(axis=1))


def window_starts(length: int, steps: int, stride: int, name: str) -> NDArray[np.integer]:
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
        raise DataError(f"{name}: its {length} steps are fewer than a window of {steps} (data.window)")
    return np.append(np.arange(0, last, stride), last)


def padded(items: Sequence[Numbers], steps: int) -> tuple[Numbers, NDArray[np.integer]]:
    """Sequences as one array, filled up with zeros.

    Returns:
        (sequences, steps, features), and how many steps of each are real.
    """
    array = np.zeros((len(items), steps, items[0].shape[1]), np.result_type(*{item.dtype for item in items}))
    for i, item in enumerate(items):
        array[i, : len(item)] = item
    return array, np.array([len(item) for item in items])


def of_array(path: Path) -> dict[str, Series]:
    """The sequences of an `.npy` file.

    Raises:
        DataError: It can't be read, or holds something else.
    """
    return {"train": _series(StoredArray.open(path).read(), None, None, str(path))}


def of_archive(path: Path) -> dict[str, Series]:
    """The sequences of an `.npz` file: x_train and x_test (and x_val), or all of x.

    Raises:
        DataError: It can't be read, or holds something else.
    """
    names = arrays_in(path)
    given = [suffix for suffix in PARTS if f"x_{suffix}" in names]
    if given and "x" in names:
        raise DataError(f"{path}: holds x beside {listed(f'x_{each}' for each in given)}; keep one of them")
    suffixes = {"", *(f"_{suffix}" for suffix in PARTS)}
    wanted = {f"_{suffix}" for suffix in given} or {""}
    if stray := sorted({f"lengths{each}" for each in suffixes - wanted} & {*names}):
        raise DataError(
            f"{path}: holds {listed(stray)}, but no {listed(each.replace('lengths', 'x') for each in stray)}; name "
            "lengths as the sequences that they belong to"
        )
    if not given:
        return {"train": _of_member(path, "")}
    parts = {
        PARTS[suffix]: _of_member(path, f"_{suffix}") for suffix in dict.fromkeys(("train", "test", *given))
    }
    if len({part.items[0].shape[1] for part in parts.values()}) > 1:
        raise DataError(f"{path}: training and test sequences differ in their number of features")
    if len({part.labels is None for part in parts.values()}) > 1:
        raise DataError(f"{path}: has only some of y_train, y_test and y_val; give all or none")
    return parts


def of_files(parts: Parts, dialect: Dialect, broken: list[str]) -> dict[str, Series]:
    """The sequences of CSV files, one each, whose rows are steps.

    Args:
        parts: The files.
        dialect: How they are read; columns are matched with the first file's by their headings.
        broken: Grows by a message for each file that can't be read.
    """
    found, columns, width = {}, None, None
    for part, files in parts.items():
        items, names, kept, lines = [], [], [], []
        for row, path in enumerate(files.paths):
            try:
                table = read_series(path, dialect, columns)
                item = table.numbers
                if width is not None and item.shape[1] != width:
                    raise DataError(f"{path}: {item.shape[1]} columns, where the first file has {width}")
            except DataError as error:
                broken.append(str(error))
                continue
            columns, width = columns or table.names, item.shape[1]
            lines.append(int(table.lines[0]))
            items.append(item)
            names.append(str(path))
            kept.append(row)
        labels = taken(files.labels, np.array(kept, int))
        found[part] = Series(items, labels, names, columns, first_lines=tuple(lines))
    return found


def read_series(path: Path, dialect: Dialect, columns: tuple[str, ...] | None) -> Table:
    """The sequence of a CSV file as its table, with NaN where numbers are missing.

    Args:
        path: The file.
        dialect: How it is read.
        columns: The headings to match its columns with; None takes them as they stand.

    Raises:
        DataError: It can't be read whole.
    """
    table = read_table(path, dialect, series=True)
    if columns is not None and table.names != columns:
        table = read_table(path, dialect.matching(columns), series=True)
    wrong = {line: found for line, found in table.broken.items() if found[0] != "missing"}
    if wrong:
        raise DataError(table.complaints(path, wrong)[0])
    return table


def _of_member(path: Path, suffix: str) -> Series:
    x, y, lengths = f"x{suffix}", f"y{suffix}", f"lengths{suffix}"
    arrays = read_npz(path, [x], [y, lengths])
    return _series(arrays[x], arrays.get(lengths), arrays.get(y), f"{path}: {x}")


def _series(array: Numbers, lengths: Numbers | None, labels: Labels | None, where: str) -> Series:
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
        return Series(list(array), labels, names)
    if lengths.shape != array.shape[:1] or lengths.dtype.kind not in "iu" or not lengths.size:
        raise DataError(f"{where}: expected a whole number for each sequence as its length")
    if lengths.min() < 1 or lengths.max() > array.shape[1]:
        raise DataError(f"{where}: lengths must lie in [1, {array.shape[1]}], the steps that there are")
    return Series([item[:length] for item, length in zip(array, lengths, strict=True)], labels, names)
