"""Rows of numbers from CSV files that may be anything.

Spreadsheets and instruments write many dialects. What a file's first lines leave open is guessed (the
delimiter, the decimal mark, whether there are headings), and every message about a row says what was guessed
and how to say it: `data.delimiter`, `data.decimal`, `data.header`.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import dropwhile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aecli.core.errors import DataError
from aecli.data.cells import cells_of
from aecli.data.dialect import Dialect, places_of
from aecli.data.guesses import (
    SAMPLED,
    guessed_decimal,
    guessed_delimiter,
    has_header,
    warn_of_decimals,
    warn_of_thousands,
)
from aecli.data.parquet import SUFFIX, read_columns
from aecli.data.rows import Layout, read_rows
from aecli.data.text_lines import lines_of

log = logging.getLogger(__name__)

SUFFIXES = (".csv", ".tsv", ".txt", SUFFIX)

PLAIN_WORD = re.compile(r"(?!(?:y|yes|n|no|on|off|true|false|null)$)[^\W\d]\w*", re.IGNORECASE)
"""A heading that a config takes for a text without quotes."""


@dataclass(frozen=True)
class Table:
    """What a CSV file holds.

    Attributes:
        numbers: float64, (rows, columns), with NaN where a number is missing.
        labels: The text of the label column, (rows,); None without such a column.
        names: The headings of the columns of numbers; None without headings.
        lines: The line in the file of each row, from 1.
        broken: What is wrong with some of the rows, by line: the kind of mistake, and the mistake in words.
            These rows are in `numbers` too, with NaN.
    """

    numbers: NDArray[np.float64]
    labels: list[str] | None
    names: tuple[str, ...] | None
    lines: NDArray[np.int64]
    broken: dict[int, tuple[str, str]]

    def complaints(self, path: Path, broken: dict[int, tuple[str, str]] | None = None) -> list[str]:
        """What is wrong with the rows: a message for each kind of mistake, which names its first line."""
        kinds: dict[str, list[int]] = {}
        for line, (kind, _) in (self.broken if broken is None else broken).items():
            kinds.setdefault(kind, []).append(line)
        found = []
        for kind, lines in kinds.items():
            more = f"; and {len(lines) - 1:,} more lines like it ({spans(lines[1:])})" if lines[1:] else ""
            found.append(f"{path}:{lines[0]}: {self.broken[lines[0]][1]}{more}")
            if len(lines) == len(self.lines) and kind.startswith("column"):
                column = kind.removeprefix("column ")
                if column.startswith("'") and not PLAIN_WORD.fullmatch(column[1:-1]):
                    column = json.dumps(column[1:-1], ensure_ascii=False)  # 2 would be the second column
                column = column.strip("'")
                found[-1] += (
                    f". If the column holds no numbers, leave it out: --set 'data.leave_out=[{column}]', or name "
                    "those that do: data.columns"
                )
        return found

    def only_sound(self) -> Table:
        """The rows that could be read whole."""
        sound = ~np.isin(self.lines, list(self.broken))
        labels = self.labels and [label for label, right in zip(self.labels, sound, strict=True) if right]
        return Table(self.numbers[sound], labels, self.names, self.lines[sound], {})


def read_table(path: Path, dialect: Dialect, series: bool = False) -> Table:
    """Reads a CSV or Parquet file. Lines without a cell, before the first row and after the last, mean nothing.

    Args:
        path: The file, in UTF-8, or in UTF-16 with its mark.
        dialect: How.
        series: Whether rows are steps, so that an empty line between them is a step without numbers.

    Raises:
        DataError: The file is missing or no text, has no rows, or lacks a column. A row that can't be read
            raises nothing: it is among `broken`.
    """
    if path.suffix.lower() == SUFFIX:
        numbers, labels, names = read_columns(path, dialect)
        return Table(numbers, labels, names, np.arange(1, len(numbers) + 1), _missing(numbers, names))
    lines = lines_of(path)
    delimiter = guessed_delimiter(lines, dialect.delimiter)
    lines = list(dropwhile(lambda numbered: not numbered[1].strip(), lines))
    lines = [(number, line) for number, line in lines if series or line.strip()]
    if not lines:
        raise DataError(f"{path}: there are no rows in it")
    first = [cells_of(line, delimiter) for _, line in lines[: SAMPLED + 1]]
    decimal = guessed_decimal(first, dialect.decimal, delimiter)
    if decimal == "," and dialect.decimal == "auto":
        warn_of_thousands(path, (cells_of(line, delimiter) for _, line in lines))
    header = None
    if has_header(first, dialect.header, decimal, path):
        header = [cell.strip() for cell in first[0]]
        lines = lines[1:]
    if not lines:
        raise DataError(f"{path}: there are no rows in it")
    places, label_at = places_of(path, header, len(first[0]), dialect)
    if dialect.delimiter == "auto" and delimiter == "," and header is None and dialect.label is None:
        warn_of_decimals(path, (cells_of(line, delimiter) for _, line in lines))
    layout = Layout(delimiter, decimal, header, len(first[0]), places, label_at)
    rows = read_rows(lines, layout)
    table = Table(
        rows.numbers,
        None if label_at is None else rows.labels,
        tuple(header[place] for place in places) if header else None,
        np.array([line for line, _ in lines]),
        rows.broken,
    )
    _warn_of_index(path, table, places)
    return table


def _missing(numbers: NDArray[np.float64], names: tuple[str, ...]) -> dict[int, tuple[str, str]]:
    """The rows of a Parquet file in which a number is missing or infinite, by their number from 1."""
    wrong = ~np.isfinite(numbers)
    columns = {row: names[wrong[row].argmax()] for row in np.flatnonzero(wrong.any(axis=1)).tolist()}
    return {row + 1: ("missing", f"column '{name}' has no number") for row, name in columns.items()}


def as_labels(texts: Sequence[str]) -> NDArray[np.generic]:
    """Labels as integers if they all are written as such (`1`, not `01` or `1_0`), else as texts."""
    if all(
        len(text) <= 18 and text.removeprefix("-").isdecimal() and str(int(text)) == text for text in texts
    ):
        return np.array([int(text) for text in texts])
    return np.array(list(texts))


def _warn_of_index(path: Path, table: Table, places: list[int]) -> None:
    """Says where a column without a heading does nothing but count the rows."""
    for column, name in enumerate(table.names or ()):
        counted = table.numbers[:, column] - table.numbers[0, column]
        if not name and len(counted) > 2 and np.array_equal(counted, np.arange(len(counted))):
            place = places[column] + 1
            log.warning(
                f"{path}: column {place} has no heading and counts the rows; without it: data.leave_out=[{place}]"
            )


def spans(lines: Sequence[int]) -> str:
    """Line numbers as people write them: `3, 5 to 9, …`."""
    spans: list[list[int]] = []
    for line in lines:
        if spans and line == spans[-1][1] + 1:
            spans[-1][1] = line
        else:
            spans.append([line, line])
    shown = [str(a) if a == b else f"{a} to {b}" for a, b in spans[:5]]
    return ", ".join(shown) + (", …" if len(spans) > 5 else "")
