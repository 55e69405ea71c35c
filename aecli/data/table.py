"""Rows of numbers from CSV files that may be anything.

Spreadsheets and instruments write many dialects. What a file's first lines leave open is guessed (the
delimiter, the decimal mark, whether there are headings), and every message about a row says what was guessed
and how to say it: `data.delimiter`, `data.decimal`, `data.header`.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import dropwhile, islice
from pathlib import Path
from typing import Any

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
from aecli.data.parquet import SUFFIX, open_columns
from aecli.data.rows import Layout, Rows, read_rows
from aecli.data.stored import Stored
from aecli.data.streamed import in_memory
from aecli.data.text_lines import Line, TextLines

log = logging.getLogger(__name__)

SUFFIXES = (".csv", ".tsv", ".txt", SUFFIX)

Hold = Callable[[Iterable[NDArray[np.float64]]], Any]

PLAIN_WORD = re.compile(r"(?!(?:y|yes|n|no|on|off|true|false|null)$)[^\W\d]\w*", re.IGNORECASE)
"""A heading that a config takes for a text without quotes."""


@dataclass(frozen=True)
class Table:
    """What a CSV file holds.

    Attributes:
        numbers: float64, (rows, columns), with NaN where a number is missing; in a file if `hold` says so.
        labels: The text of the label column, (rows,); None without such a column.
        names: The headings of the columns of numbers; None without headings.
        lines: The line in the file of each row, from 1.
        broken: What is wrong with some of the rows, by line: the kind of mistake, and the mistake in words.
            These rows are in `numbers` too, with NaN.
    """

    numbers: Any
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
        if not self.broken:
            return self
        sound = np.flatnonzero(~np.isin(self.lines, list(self.broken)))
        labels = self.labels and [self.labels[row] for row in sound]
        numbers = Stored(self.numbers).take(sound).samples
        return Table(numbers, labels, self.names, self.lines[sound], {})


def read_table(path: Path, dialect: Dialect, series: bool = False, hold: Hold | None = None) -> Table:
    """Reads a CSV or Parquet file. Lines without a cell, before the first row and after the last, mean nothing.

    Args:
        path: The file, in UTF-8, or in UTF-16 with its mark.
        dialect: How.
        series: Whether rows are steps, so that an empty line between them is a step without numbers.
        hold: What puts the numbers of some rows and those of the next into one; by default, in memory.

    Raises:
        DataError: The file is missing or no text, has no rows, or lacks a column. A row that can't be read
            raises nothing: it is among `broken`.
    """
    names: tuple[str, ...] | None
    hold = hold or partial(in_memory, what=str(path))
    if path.suffix.lower() == SUFFIX:
        names, is_labelled, rows = open_columns(path, dialect)
        return _table(rows, names, is_labelled, hold)
    names, layout, rows = _open_text(path, dialect, series)
    table = _table(rows, names, layout.label_at is not None, hold)
    _warn_of_index(path, table, layout.places)
    return table


def _open_text(
    path: Path, dialect: Dialect, series: bool
) -> tuple[tuple[str, ...] | None, Layout, Iterator[Rows]]:
    """The headings of a text's columns of numbers, its layout, and its rows."""
    lines = TextLines(path)
    begin = list(islice(lines, SAMPLED + 1))
    if not begin:
        raise DataError(f"{path}: there are no rows in it")
    delimiter, says_so = guessed_delimiter(begin, dialect.delimiter)

    def filled() -> Iterator[Line]:
        """The lines that hold rows, headings among them."""
        rows = dropwhile(lambda numbered: not numbered[1].strip(), islice(lines, int(says_so), None))
        return rows if series else (numbered for numbered in rows if numbered[1].strip())

    def cells() -> Iterator[list[str]]:
        return (cells_of(line, delimiter) for _, line in filled())

    first = list(islice(cells(), SAMPLED + 1))
    if not first:
        raise DataError(f"{path}: there are no rows in it")
    decimal = guessed_decimal(first, dialect.decimal, delimiter)
    if decimal == "," and dialect.decimal == "auto":
        warn_of_thousands(path, cells())
    header = None
    if has_header(first, dialect.header, decimal, path):
        header = [cell.strip() for cell in first[0]]
        if len(first) == 1:
            raise DataError(f"{path}: there are no rows in it")
    places, label_at = places_of(path, header, len(first[0]), dialect)
    if dialect.delimiter == "auto" and delimiter == "," and header is None and dialect.label is None:
        warn_of_decimals(path, cells())
    layout = Layout(delimiter, decimal, header, len(first[0]), places, label_at)
    rows = read_rows(islice(filled(), int(header is not None), None), layout)
    return tuple(header[place] for place in places) if header else None, layout, rows


def _table(rows: Iterable[Rows], names: tuple[str, ...] | None, is_labelled: bool, hold: Hold) -> Table:
    """All rows in one; `hold` has their numbers put together."""
    lines, labels, broken = [], [], {}

    def blocks() -> Iterator[NDArray[np.float64]]:
        for some in rows:
            lines.append(some.lines)
            labels.extend(some.labels)
            broken.update(some.broken)
            yield some.numbers

    numbers = hold(blocks())
    return Table(numbers, labels if is_labelled else None, names, np.concatenate(lines), broken)


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
