"""Rows of numbers from CSV files that may be anything.

Spreadsheets and instruments write many dialects. What a file's first lines leave open is guessed (the
delimiter, the decimal mark, whether there are headings), and every message about a row says what was guessed
and how to say it: `data.delimiter`, `data.decimal`, `data.header`.
"""

from __future__ import annotations

import csv
import json
import logging
import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile, islice, pairwise
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from aecli.core.errors import DataError
from aecli.core.files import read_whole
from aecli.core.text import did_you_mean, listed, printable

log = logging.getLogger(__name__)

SUFFIXES = (".csv", ".tsv", ".txt")

MAX_BYTES = 2 * 2**30
"""Of a file; what is read of it takes up to four times as much memory."""

csv.field_size_limit(MAX_BYTES)  # split at a mark that it hasn't, a line is one long cell

SAMPLED = 50
"""Lines that guesses look at."""

BLANKS = " "
"""The delimiter that is any number of blanks."""

DELIMITERS = {",": "','", ";": "';'", "\t": "tab", "|": "'|'", BLANKS: "space", "": "none: one column"}
"""Those that are guessed, with what they are called; the first of equally good ones wins."""

NAMED_DELIMITERS = {"tab": "\t", "\\t": "\t", "space": BLANKS, "none": ""}

MISSING = {"", "na", "n/a", "nan", "null", "none", "-", "?"}
"""What stands, in small letters, where a number is missing."""

DECIMAL_COMMA = re.compile(r"\s*[+-]?\d+,\d+([eE][+-]?\d+)?\s*")
"""A line that can be one number as well as two."""

GROUPED = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
"""A cell that can be a whole number with a mark at its thousands as well as one with a decimal comma."""

PLAIN_WORD = re.compile(r"(?!(?:y|yes|n|no|on|off|true|false|null)$)[^\W\d]\w*", re.IGNORECASE)
"""A heading that a config takes for a text without quotes."""

OTHER_FORMATS = {
    b"\x89HDF": "is HDF5, no CSV file; store its arrays as .npz: np.savez('x.npz', x=array)",
    b"PK\x03\x04": "is an archive or an Excel workbook, no CSV file; save it as CSV, or give an .npz file "
    "(data.name=npz, or sequences)",
    b"\x93NUMPY": "is an .npy file, no CSV file; for rows: np.savez('x.npz', x=x) and data.name=npz",
    b"PAR1": "is Parquet, no CSV file; save it as CSV: df.to_csv('x.csv', index=False)",
    b"{": "is JSON, no CSV file; save it as CSV: pandas.read_json(path).to_csv('x.csv', index=False)",
    b"[": "is JSON, no CSV file; save it as CSV: pandas.read_json(path).to_csv('x.csv', index=False)",
}

Place = str | int
"""A column: its heading, or its number, from 1."""


@dataclass(frozen=True)
class Dialect:
    """How a table is to be read; see the options of `aecli.data.sources.tabular`.

    Attributes:
        header: Whether the first row is headings; `auto` guesses.
        delimiter: What stands between cells; `auto` guesses.
        decimal: The decimal mark; `auto` guesses.
        columns: The columns to read; None for all but the label.
        leave_out: Columns that aren't read.
        label: The column of labels.
        matched: The headings that a run was trained on, in their order. The file's columns are matched with
            them by name; it may also have the label and what was left out, and nothing else.
    """

    header: Literal["auto", "yes", "no"] = "auto"
    delimiter: str = "auto"
    decimal: Literal["auto", ".", ","] = "auto"
    columns: tuple[Place, ...] | None = None
    leave_out: tuple[Place, ...] = ()
    label: Place | None = None
    matched: tuple[str, ...] | None = None

    def matching(self, names: tuple[str, ...]) -> Dialect:
        """The same, with columns matched by headings."""
        return replace(self, matched=names)


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
    """Reads a CSV file. Lines without a cell, before the first row and after the last, mean nothing.

    Args:
        path: The file, in UTF-8, or in UTF-16 with its mark.
        dialect: How.
        series: Whether rows are steps, so that an empty line between them is a step without numbers.

    Raises:
        DataError: The file is missing or no text, has no rows, or lacks a column. A row that can't be read
            raises nothing: it is among `broken`.
    """
    lines = _lines(path)
    delimiter = _delimiter(lines, dialect.delimiter)
    lines = list(dropwhile(lambda numbered: not numbered[1].strip(), lines))
    lines = [(number, line) for number, line in lines if series or line.strip()]
    if not lines:
        raise DataError(f"{path}: there are no rows in it")
    rows = [(number, _cells(line, delimiter)) for number, line in lines]
    decimal = _decimal(rows, dialect.decimal, delimiter)
    if decimal == "," and dialect.decimal == "auto":
        _warn_of_thousands(path, rows)
    has_header = _has_header(rows, dialect.header, decimal, path)
    header = [cell.strip() for cell in rows[0][1]] if has_header else None
    width = len(rows[0][1])
    if has_header:
        rows = rows[1:]
    if not rows:
        raise DataError(f"{path}: there are no rows in it")
    places, label_at = _places(path, header, width, dialect)
    if dialect.delimiter == "auto" and delimiter == "," and header is None and dialect.label is None:
        _warn_of_decimals(path, rows)
    guessed = f"the delimiter was taken to be {DELIMITERS.get(delimiter, repr(delimiter))}"
    numbers, labels = array("d"), list[str]()
    broken: dict[int, tuple[str, str]] = {}
    for line, cells in rows:
        if len(cells) != width and any(cell.strip() for cell in cells):
            wrong = f"{len(cells)} cells, where the first row has {width}"
            broken[line] = (wrong, f"{wrong} ({guessed}; another: data.delimiter)")
        row = cells if len(cells) == width else [""] * width
        values = [_number(row[place], decimal) for place in places]
        for place, value in zip(places, values, strict=True):
            # A row in which a cell is not a number isn't a gap, whatever else is missing in it.
            if value is None and broken.get(line, ("missing", ""))[0] == "missing":
                column = f"'{printable(header[place])}'" if header else str(place + 1)
                kind = "missing" if row[place].strip().lower() in MISSING else f"column {column}"
                if line in broken and kind == "missing":
                    continue
                broken[line] = (kind, f"column {column}: {_wrong(row[place], decimal)}")
        numbers.extend(np.nan if value is None else value for value in values)
        if label_at is not None:
            labels.append(row[label_at].strip())
            if not labels[-1]:
                broken.setdefault(line, ("label", "the label is empty"))
    table = Table(
        np.frombuffer(numbers, np.float64).reshape(-1, len(places)),
        None if label_at is None else labels,
        tuple(header[place] for place in places) if header else None,
        np.array([line for line, _ in rows]),
        broken,
    )
    _warn_of_index(path, table, places)
    return table


def as_labels(texts: Sequence[str]) -> NDArray[np.generic]:
    """Labels as integers if they all are written as such (`1`, not `01` or `1_0`), else as texts."""
    if all(
        len(text) <= 18 and text.removeprefix("-").isdecimal() and str(int(text)) == text for text in texts
    ):
        return np.array([int(text) for text in texts])
    return np.array(list(texts))


def _lines(path: Path) -> list[tuple[int, str]]:
    """The lines from the first one with a cell to the last, each with its number; not the line `sep=;`."""
    text = _text(path)
    # `splitlines` would also cut at marks that stand inside cells, such as U+2028.
    found = list(enumerate(re.split(r"\r\n?|\n", text), start=1))
    while found and not found[-1][1].strip(" \t,;|"):
        found.pop()
    first = next((i for i, (_, line) in enumerate(found) if line.strip()), len(found))
    if not found[first:]:
        raise DataError(f"{path}: there are no rows in it")
    return found[first:]


def _text(path: Path) -> str:
    try:
        raw = read_whole(path, MAX_BYTES)
        for start, sentence in OTHER_FORMATS.items():
            if raw.lstrip(b"\xef\xbb\xbf \r\n").startswith(start):
                raise DataError(f"{path}: {sentence}")
        if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return raw.decode("utf-16")
        if b"\0" in raw:
            raise DataError(f"{path}: holds bytes that aren't text; expected a CSV file")
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8 text (byte {error.start}): save it as UTF-8") from error
    except OSError as error:
        raise DataError(f"{path}: can't be read: {error.strerror}") from error


def _delimiter(lines: list[tuple[int, str]], asked: str) -> str:
    """What stands between cells; takes the line that says so (`sep=;`) out."""
    first = lines[0][1].strip()
    said = first[4:5] if first.lower().startswith("sep=") and len(first) <= 5 else None
    if said is not None:
        del lines[0]
    if asked != "auto":
        return NAMED_DELIMITERS.get(asked, asked)
    return said or max(DELIMITERS, key=lambda mark: _merit(lines, mark))


def _merit(lines: list[tuple[int, str]], mark: str) -> tuple[float, float, int]:
    """How well a delimiter suits a file's first lines: equally many cells in each, of numbers, and of many."""
    sampled = [line for _, line in lines[:SAMPLED] if line.strip()]
    rows = [_cells(line, mark) for line in sampled]
    # Between two tabs a number is missing: taken for blanks, they would move the next one into its place.
    if not rows or (mark == BLANKS and any("" in map(str.strip, line.split("\t")) for line in sampled)):
        return (0.0, 0.0, 0)
    widths = [len(row) for row in rows]
    usual = max(set(widths), key=widths.count)
    cells = [cell for row in rows[1:] or rows for cell in row]
    numeric = sum(_number(cell, ".") is not None or _number(cell, ",") is not None for cell in cells)
    empty = sum(not cell.strip() for cell in cells)
    # What stands in no line agrees with all of them, and says nothing for itself.
    agreeing = widths.count(usual) / len(widths) * (0.5 if usual == 1 else 1.0)
    return (agreeing, (numeric + empty / 2) / max(len(cells), 1), usual)


def _cells(line: str, delimiter: str) -> list[str]:
    if delimiter == BLANKS:
        return line.split()
    if not delimiter:
        cell = line.strip()
        return [cell[1:-1] if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell]
    reader = csv.reader([line.rstrip(" "), ""], delimiter=delimiter, skipinitialspace=True)
    cells = next(reader) or [""]
    if reader.line_num > 1:  # the last cell goes on in the next line: it is neither a number nor a gap
        cells[-1] = f'"{cells[-1].rstrip()}'
    return cells


def _decimal(rows: list[tuple[int, list[str]]], asked: str, delimiter: str) -> str:
    """The decimal mark: a comma where cells are numbers by it, and none has a point."""
    if asked != "auto":
        return asked
    cells = [cell for _, row in rows[1 : SAMPLED + 1] or rows for cell in row]
    by_comma = any(_number(cell, ".") is None and _number(cell, ",") is not None for cell in cells)
    by_point = any("." in cell and _number(cell, ".") is not None for cell in cells)
    return "," if delimiter != "," and by_comma and not by_point else "."


def _has_header(rows: list[tuple[int, list[str]]], asked: str, decimal: str, path: Path) -> bool:
    """Whether the first row is headings: most of its cells are words, or it counts its columns."""
    if asked != "auto":
        return asked == "yes"
    first = rows[0][1]
    values = [_number(cell, decimal) for cell in first]
    words = [
        i
        for i, cell in enumerate(first)
        if cell.strip().lower() not in MISSING and all(_number(cell, mark) is None for mark in ".,")
    ]
    if 2 * len(words) == len(first) and len(rows) > 1:
        second = rows[1][1]
        return len(second) == len(first) and any(_number(second[i], decimal) is not None for i in words)
    if words or None in values:
        return 2 * len(words) > len(first)
    numbers = [value for value in values if value is not None]
    others = [[_number(cell, decimal) for cell in cells] for _, cells in islice(rows, 1, SAMPLED)]
    if not _rises(numbers) or len(numbers) < 2 or not others:
        return False
    counts = all(b - a == 1 for a, b in pairwise(numbers)) and numbers[0].is_integer()
    alike = any(_rises(other) for other in others)
    if counts and numbers[0] == 0 and len(numbers) > 2 and not alike:  # as pandas writes them
        log.warning(
            f"{path}: its first row counts its columns, and is taken for headings; else: data.header=no"
        )
        return True
    if counts or (len(numbers) > 3 and not alike):
        log.warning(
            f"{path}: its first row rises from {numbers[0]:g} to {numbers[-1]:g}, as headings do that are numbers, "
            "and is taken for data; if they are headings: data.header=yes, else data.header=no"
        )
    return False


def _rises(values: Sequence[float | None]) -> bool:
    return all(a is not None and b is not None and a < b for a, b in pairwise(values))


def _places(
    path: Path, header: list[str] | None, width: int, dialect: Dialect
) -> tuple[list[int], int | None]:
    """Where the columns of numbers stand, and that of the labels."""

    def find(column: Place, option: str) -> int:
        return _find(path, header, width, column, option)

    if dialect.matched is not None:
        places, label = _matched(path, header, dialect), dialect.label
        known = label is not None and _headings(header or [], [label], dialect.matched)
        return places, find(label, "label") if known and label is not None else None
    label_at = None if dialect.label is None else find(dialect.label, "label")
    left_out = {find(column, "leave_out") for column in dialect.leave_out}
    if dialect.columns is not None:
        places = [find(column, "columns") for column in dialect.columns]
    else:
        places = [place for place in range(width) if place != label_at]
    places = [place for place in places if place not in left_out]
    if not places:
        raise DataError(f"{path}: has no column of numbers beside the labels")
    used = [header[place] for place in places] if header else []
    twice = sorted({name for name in used if used.count(name) > 1})
    if twice and header:
        at = [place + 1 for place in places if header[place] == twice[0]]
        raise DataError(
            f"{path}: {len(at)} columns are called '{printable(twice[0])}' (columns {', '.join(map(str, at))}): "
            f"give them headings of their own, or leave one out: data.leave_out=[{at[-1]}]"
        )
    return places, label_at


def _find(path: Path, header: list[str] | None, width: int, column: Place, option: str) -> int:
    """Where a column stands, by its heading or its number."""
    if isinstance(column, int):
        if not 1 <= column <= width:
            raise DataError(f"{path}: data.{option}: there is no column {column}; they are 1 to {width}")
        return column - 1
    if header is None:
        raise DataError(
            f"{path}: has no column '{printable(column)}': its first row was taken for data. Name columns by "
            "their number, from 1, or say that there are headings: data.header=yes"
        )
    if column not in header:
        raise DataError(f"{path}: has no column '{printable(column)}'; {did_you_mean(column, header)}")
    if header.count(column) > 1:
        at = [str(place + 1) for place, name in enumerate(header) if name == column]
        first = at[0] if option == "label" else f"[{at[0]}]"
        raise DataError(
            f"{path}: {len(at)} columns are called '{printable(column)}' (columns {', '.join(at)}); name the one "
            f"that is meant by its number: data.{option}={first}"
        )
    return header.index(column)


def _matched(path: Path, header: list[str] | None, dialect: Dialect) -> list[int]:
    """Where the columns that a run was trained on stand in another file."""
    wanted = dialect.matched or ()
    if header is None:
        raise DataError(f"{path}: has no headings; expected those of the training: {listed(wanted, 20)}")
    beside = [*dialect.leave_out, *([] if dialect.label is None else [dialect.label])]
    allowed = {*_headings(header, beside, wanted), *wanted}
    missing = [name for name in wanted if name not in header]
    unknown = [] if dialect.columns is not None else [name for name in header if name not in allowed]
    if missing or unknown:
        wrong = [f"lacks {listed(missing, 20)}"] if missing else []
        wrong += [f"has besides {listed(unknown, 20)}"] if unknown else []
        raise DataError(
            f"{path}: has other headings than the training: it {' and '.join(wrong)}; expected "
            f"{listed(wanted, 20)}, in any order"
        )
    for name in wanted:
        _find(path, header, len(header), name, "columns")
    return [header.index(name) for name in wanted]


def _headings(header: list[str], columns: Sequence[Place], matched: Sequence[str]) -> list[str]:
    """The headings of columns that aren't learned from; of a numbered one, what stands in its place, if that isn't."""
    named = [
        column
        if isinstance(column, str)
        else header[column - 1]
        if column <= len(header) and header[column - 1] not in matched
        else None
        for column in columns
    ]
    return [name for name in named if name is not None and name in header]


def _warn_of_decimals(path: Path, rows: list[tuple[int, list[str]]]) -> None:
    """Says where each line may be two whole numbers, or one with a decimal comma."""
    if all(len(cells) == 2 and DECIMAL_COMMA.fullmatch(",".join(cells)) for _, cells in rows):
        log.warning(
            f"{path}: each line is taken for two numbers; if it is one with a decimal comma: data.delimiter=none, "
            "else data.delimiter=','"
        )


def _warn_of_thousands(path: Path, rows: list[tuple[int, list[str]]]) -> None:
    """Says where each comma may stand at the thousands of a whole number."""
    cells = [
        cell.strip() for _, row in rows for cell in row if "," in cell and _number(cell, ",") is not None
    ]
    if cells and all(map(GROUPED.fullmatch, cells)):
        log.warning(
            f"{path}: '{cells[0]}' is taken for a number with a decimal comma, as all like it are; if the comma "
            "stands at the thousands, save the file without it, else data.decimal=','"
        )


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


def _wrong(cell: str, decimal: str) -> str:
    """What is wrong with a cell."""
    if cell.strip().lower() in MISSING:
        return "a number is missing"
    if _number(cell, "," if decimal == "." else ".") is not None:
        other = "," if decimal == "." else "."
        return (
            f"'{printable(cell)}' is not a number; if '{other}' is the decimal mark: data.decimal='{other}'"
        )
    return f"'{printable(cell)}' is not a number"


def _number(cell: str, decimal: str) -> float | None:
    """The finite number in a cell; None if there is none."""
    if decimal == ",":
        if "." in cell:
            return None
        cell = cell.replace(",", ".", 1)
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if "_" not in cell and abs(value) < float("inf") else None
