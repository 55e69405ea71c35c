"""A comparison on a screen: a run a row where that fits, in one table or two; else a run a column, in many."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from aecli.reports.comparison.comparison import Comparison
from aecli.reports.comparison.differences import brief, labels
from aecli.reports.comparison.formats import BEST, LEADING, cells, headings

GAP = 2
"""Spaces between columns."""

LONGEST = 20
"""Longer settings are cut: lists and paths would push the numbers off the screen."""

MOST_SETTINGS = 7
"""Of more settings that differ, in words, only the number is said."""

MOST_TROUBLES = 3
"""Of more runs in which something is wrong, only the number is said."""

Table = tuple[list[str], list[list[str]]]
"""Headings, of one line or several, and rows."""


@dataclass(frozen=True)
class _Line:
    """What is known of all runs under one name: a column or, on its side, a row.

    Attributes:
        name: The whole name.
        heading: The name as the heading of a column.
        texts: A text a run.
        is_number: Whether they are numbers.
    """

    name: str
    heading: str
    texts: list[str]
    is_number: bool = False


def tables(comparison: Comparison, width: float) -> Iterator[Table]:
    """What differs and what was reached.

    Args:
        comparison: The runs.
        width: How many characters fit beside one another.

    Yields:
        One table of a row a run if that fits; or one of the numbers and one of what differs, in words; or
        tables of a column a run, each as wide as fits.
    """
    lines = list(_lines(comparison))
    upright = [_column(line) for line in lines]
    reached = [column for column, line in zip(upright, lines, strict=True) if line.is_number]
    numbers = [upright[0], *reached]
    if _width(upright) <= width:
        yield _table(upright)
    elif reached and _width(numbers) <= width:
        yield _table(numbers)
        yield ["run", "what differs (all of it: --format csv)"], _in_words(comparison, lines)
    else:
        yield from _sideways(lines, width)


def _in_words(comparison: Comparison, lines: Sequence[_Line]) -> list[list[str]]:
    """For each run, what isn't the same for all of them."""
    names = [name for name in comparison.settings if name != "data.name"]
    chosen = [
        {name: text for name, text in row.settings.items() if text != "null"} for row in comparison.rows
    ]
    leading = {"status", "data", *comparison.remarks}
    facts = [
        ["" if text == "completed" else text for text in line.texts] for line in lines if line.name in leading
    ]
    words = zip(*facts, labels(chosen, names, MOST_SETTINGS), strict=True)
    return [[run, ", ".join(filter(None, word))] for run, word in zip(lines[0].texts, words, strict=True)]


def _sideways(lines: Sequence[_Line], width: float) -> Iterator[Table]:
    """Tables of a column a run, whose id is broken at its hyphens."""
    runs, *lines = lines
    names = ["", *(line.name for line in lines)]
    columns = [
        _set_right([run.replace("-", "-\n"), *(line.texts[i] for line in lines)])
        for i, run in enumerate(runs.texts)
    ]
    while columns:
        fitting = 1
        while fitting < len(columns) and _width([names, *columns[: fitting + 1]]) <= width:
            fitting += 1
        yield _table([names, *columns[:fitting]])
        columns = columns[fitting:]


def troubles(comparison: Comparison) -> list[str]:
    """What is wrong with runs, a sentence each for the first few: the tables have no room for it."""
    found = [
        f"Run {row.runs[0]}: {row.status}" for row in comparison.rows if _short(row.status) != row.status
    ]
    more = len(found) - MOST_TROUBLES
    return [*found[:MOST_TROUBLES], *([f"and {more:,} more in which something is wrong"] if more > 0 else [])]


def aligned(numbers: Sequence[str]) -> list[str]:
    """Numbers as text, padded to one width with their decimal points under one another."""
    wholes = [re.match(r"[^. *]*", number)[0] for number in numbers]  # type: ignore[index]
    before = max(map(len, wholes))
    padded = [" " * (before - len(whole)) + number for whole, number in zip(wholes, numbers, strict=True)]
    width = max(map(len, padded))
    return [number.ljust(width) for number in padded]


def _lines(comparison: Comparison) -> Iterator[_Line]:
    """The runs' ids; then what isn't the same for all of them; then the metrics."""
    names = headings(comparison)
    ids, status, data, *rest = (list(column) for column in zip(*cells(comparison), strict=True))
    yield _Line("run", "run", ids)
    status = [_short(text) for text in status]
    for name, texts in (("status", status), ("data", data)):
        if len(set(texts)) > 1 or (name == "status" and "completed" not in texts):
            yield _Line(name, name, texts)
    remarks = comparison.remarks
    said = len(remarks)
    for name, texts in zip(remarks, rest[:said], strict=True):
        yield _Line(name, name, [_cut(text) for text in texts])
    names, rest = names[len(LEADING) + said :], rest[said:]
    count = len(comparison.settings)
    metrics = dict.fromkeys(column.name for column in comparison.columns)
    short = brief([*comparison.settings, *metrics])
    for name, texts in zip(comparison.settings, rest[:count], strict=True):
        if name != "data.name":  # stands under `data`
            yield _Line(name, _broken(short[name]), [_cut(text) for text in texts])
    for column, name, texts in zip(comparison.columns, names[count:], rest[count:], strict=True):
        unit = f"\n({column.unit})" if column.unit else ""
        yield _Line(name, _broken(short[column.name]) + unit, texts, is_number=True)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _broken(name: str) -> str:
    """A name as a narrow heading."""
    return name.replace(".", ".\n").replace("_", "_\n")


def _short(status: str) -> str:
    """How far a run is, in a word."""
    return re.split(r" \(|: ", status)[0]


def _column(line: _Line) -> list[str]:
    """A heading and its texts: texts to the left, numbers by their decimal points."""
    if not line.is_number:
        return [line.heading, *line.texts]
    return _set_right([line.heading, *aligned(line.texts)], mark="")


def _set_right(texts: list[str], mark: str = BEST) -> list[str]:
    """Texts set to the right; a mark of the best stands outside, and so does a blank where others have one."""
    marked = [text if mark and text.endswith(mark) else f"{text}{' ' * len(mark)}" for text in texts]
    width = max(cell_len(line) for text in marked for line in text.split("\n"))
    return ["\n".join(" " * (width - cell_len(line)) + line for line in text.split("\n")) for text in marked]


def _width(columns: Sequence[Sequence[str]]) -> int:
    """How many characters columns take beside one another."""
    widths = [max(cell_len(line) for text in column for line in text.split("\n")) for column in columns]
    return sum(widths) + GAP * (len(widths) - 1)


def _table(columns: Sequence[Sequence[str]]) -> Table:
    heading, *rows = (list(row) for row in zip(*columns, strict=True))
    return heading, rows
