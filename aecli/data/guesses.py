"""What the first lines of a CSV file leave open: the delimiter, the decimal mark, whether there are headings."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from itertools import islice, pairwise
from pathlib import Path

from aecli.data.cells import BLANKS, DELIMITERS, MISSING, cells_of, number_in
from aecli.data.text_lines import Line

log = logging.getLogger(__name__)

SAMPLED = 50
"""Lines that guesses look at."""

NAMED_DELIMITERS = {"tab": "\t", "\\t": "\t", "space": BLANKS, "none": ""}

DECIMAL_COMMA = re.compile(r"\s*[+-]?\d+,\d+([eE][+-]?\d+)?\s*")
"""A line that can be one number as well as two."""

GROUPED = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
"""A cell that can be a whole number with a mark at its thousands as well as one with a decimal comma."""


def guessed_delimiter(lines: Sequence[Line], asked: str) -> tuple[str, bool]:
    """What stands between cells, and whether the first line does nothing but say so (`sep=;`)."""
    first = lines[0][1].strip()
    says_so = first.lower().startswith("sep=") and len(first) <= 5
    if asked != "auto":
        return NAMED_DELIMITERS.get(asked, asked), says_so
    said = first[4:5] if says_so else ""
    return said or max(DELIMITERS, key=lambda mark: _merit(lines[says_so:][:SAMPLED], mark)), says_so


def _merit(lines: Sequence[Line], mark: str) -> tuple[float, float, int]:
    """How well a delimiter suits a file's first lines: equally many cells in each, of numbers, and of many."""
    sampled = [line for _, line in lines if line.strip()]
    rows = [cells_of(line, mark) for line in sampled]
    # Between two tabs a number is missing: taken for blanks, they would move the next one into its place.
    if not rows or (mark == BLANKS and any("" in map(str.strip, line.split("\t")) for line in sampled)):
        return (0.0, 0.0, 0)
    widths = [len(row) for row in rows]
    usual = max(set(widths), key=widths.count)
    cells = [cell for row in rows[1:] or rows for cell in row]
    numeric = sum(number_in(cell, ".") is not None or number_in(cell, ",") is not None for cell in cells)
    empty = sum(not cell.strip() for cell in cells)
    # What stands in no line agrees with all of them, and says nothing for itself.
    agreeing = widths.count(usual) / len(widths) * (0.5 if usual == 1 else 1.0)
    return (agreeing, (numeric + empty / 2) / max(len(cells), 1), usual)


def guessed_decimal(rows: list[list[str]], asked: str, delimiter: str) -> str:
    """The decimal mark: a comma where cells are numbers by it, and none has a point."""
    if asked != "auto":
        return asked
    cells = [cell for row in rows[1 : SAMPLED + 1] or rows for cell in row]
    by_comma = any(number_in(cell, ".") is None and number_in(cell, ",") is not None for cell in cells)
    by_point = any("." in cell and number_in(cell, ".") is not None for cell in cells)
    return "," if delimiter != "," and by_comma and not by_point else "."


def has_header(rows: list[list[str]], asked: str, decimal: str, path: Path) -> bool:
    """Whether the first row is headings: most of its cells are words, or it counts its columns."""
    if asked != "auto":
        return asked == "yes"
    first = rows[0]
    values = [number_in(cell, decimal) for cell in first]
    words = [
        i
        for i, cell in enumerate(first)
        if cell.strip().lower() not in MISSING and all(number_in(cell, mark) is None for mark in ".,")
    ]
    if 2 * len(words) == len(first) and len(rows) > 1:
        second = rows[1]
        return len(second) == len(first) and any(number_in(second[i], decimal) is not None for i in words)
    if words or None in values:
        return 2 * len(words) > len(first)
    numbers = [value for value in values if value is not None]
    others = [[number_in(cell, decimal) for cell in cells] for cells in islice(rows, 1, SAMPLED)]
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


def warn_of_decimals(path: Path, rows: Iterable[list[str]]) -> None:
    """Says where each line may be two whole numbers, or one with a decimal comma."""
    if all(len(cells) == 2 and DECIMAL_COMMA.fullmatch(",".join(cells)) for cells in rows):
        log.warning(
            f"{path}: each line is taken for two numbers; if it is one with a decimal comma: data.delimiter=none, "
            "else data.delimiter=','"
        )


def warn_of_thousands(path: Path, rows: Iterable[list[str]]) -> None:
    """Says where each comma may stand at the thousands of a whole number."""
    cells = (cell.strip() for row in rows for cell in row if "," in cell and number_in(cell, ",") is not None)
    first = next(cells, "")
    if GROUPED.fullmatch(first) and all(map(GROUPED.fullmatch, cells)):
        log.warning(
            f"{path}: '{first}' is taken for a number with a decimal comma, as all like it are; if the comma "
            "stands at the thousands, save the file without it, else data.decimal=','"
        )
