"""Rows of numbers from CSV files that may be anything."""

from __future__ import annotations

import csv
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aecli.config.problems import did_you_mean, printable
from aecli.errors import DataError

MAX_BYTES = 2 * 2**30
"""Of a file; what is read of it takes up to four times as much memory."""

DELIMITERS = ",;\t "
"""Whichever of them the first line has, the first one here winning."""


@dataclass(frozen=True)
class Table:
    """What a CSV file holds.

    Attributes:
        numbers: float64, (rows, columns).
        labels: The text of the label column, (rows,); None without such a column.
        names: The headings of the columns of numbers; None without a header.
        broken: Rows that could not be read, a message each.
        lines: The line in the file of each row that could, from 1.
    """

    numbers: NDArray[np.float64]
    labels: list[str] | None
    names: tuple[str, ...] | None
    broken: list[str]
    lines: list[int]


def read_table(path: Path, columns: Sequence[str] | None = None, label: str | None = None) -> Table:
    """Reads a CSV file.

    The first row is a header if one of its cells is no number. Empty lines mean nothing.

    Args:
        path: The file, in UTF-8.
        columns: The headings of the columns to read; by default all but the label.
        label: The heading of the column of labels.

    Raises:
        DataError: The file is missing or no text, has no rows, or lacks a column. A row that can't be read
            raises nothing: it is among `broken`.
    """
    rows = _rows(path)
    start = next(rows, None)
    if start is None:
        raise DataError(f"{path}: there are no rows in it")
    first = start[1]
    header = None if all(_number(cell) is not None for cell in first) else [cell.strip() for cell in first]
    wanted, label_at = _places(path, header, len(first), columns, label)
    numbers, labels, broken, lines = array("d"), [], [], []
    for line, cells in rows if header else chain([start], rows):
        if len(cells) != len(first):
            broken.append(f"{path}:{line}: {len(cells)} cells, where the first row has {len(first)}")
            continue
        values = [_number(cells[place]) for place in wanted]
        if None in values:
            place = wanted[values.index(None)]
            column = f"'{printable(header[place])}'" if header else str(place + 1)
            broken.append(f"{path}:{line}: column {column}: '{printable(cells[place])}' is no number")
            continue
        numbers.extend(values)  # type: ignore[arg-type]
        lines.append(line)
        if label_at is not None:
            labels.append(cells[label_at].strip())
    found = (
        np.frombuffer(numbers, np.float64).reshape(-1, len(wanted)) if numbers else np.empty((0, len(wanted)))
    )
    names = tuple(header[place] for place in wanted) if header else None
    return Table(found, labels if label_at is not None else None, names, broken, lines)


def as_labels(texts: Sequence[str]) -> NDArray[np.generic]:
    """Labels as integers if they all are some, else as texts."""
    try:
        return np.array([int(text) for text in texts])
    except (ValueError, OverflowError):
        return np.array([printable(text) for text in texts])


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows that aren't empty, with their line numbers."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DataError(f"{path}: larger than {MAX_BYTES // 2**30} GiB; keep such data in an .npz file")
        with path.open(encoding="utf-8-sig", newline="") as file:
            start = file.readline()
            delimiter = next((mark for mark in DELIMITERS if mark in start.strip()), ",")
            file.seek(0)
            reader = csv.reader(file, delimiter=delimiter, skipinitialspace=True)
            for row in reader:
                if any(cell.strip() for cell in row):
                    yield reader.line_num, row
    except FileNotFoundError as error:
        raise DataError(f"{path}: no such file") from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path}: not a readable CSV file ({error})") from error


def _places(
    path: Path, header: list[str] | None, count: int, columns: Sequence[str] | None, label: str | None
) -> tuple[list[int], int | None]:
    """Where the columns of numbers stand, and that of the labels."""
    for name in (*(columns or ()), *([label] if label else [])):
        if name not in (header or ()):
            known = did_you_mean(name, header) if header else "its first row is no header"
            raise DataError(f"{path}: has no column '{printable(name)}'; {known}")
    label_at = header.index(label) if header and label else None
    if columns and header:
        return [header.index(name) for name in columns], label_at
    wanted = [place for place in range(count) if place != label_at]
    if not wanted:
        raise DataError(f"{path}: has no column of numbers beside the labels")
    return wanted, label_at


def _number(cell: str) -> float | None:
    """The finite number in a cell; None if there is none."""
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if "_" not in cell and abs(value) < float("inf") else None
