"""Rows of numbers from lines of text: thousands at once where nothing in them is unusual, else cell by cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from aecli.core.text import printable
from aecli.data.cells import BLANKS, DELIMITERS, MISSING, cells_of, number_in, wrong_with
from aecli.data.text_lines import Line

MANY = 100_000
"""Cells from which on it pays to load pandas."""

AT_ONCE = 5000
"""Lines that are read at once: one that is unusual slows down so many."""


@dataclass(frozen=True)
class Layout:
    """What stands where in each line of a table.

    Attributes:
        delimiter: What stands between cells.
        decimal: The decimal mark.
        header: The headings, if there are any.
        width: How many cells a line has.
        places: Where the columns of numbers stand, from 0.
        label_at: Where the label stands, if there is one.
    """

    delimiter: str
    decimal: str
    header: list[str] | None
    width: int
    places: list[int]
    label_at: int | None


@dataclass(frozen=True)
class Rows:
    """What some lines hold.

    Attributes:
        lines: Their numbers, (lines,).
        numbers: float64, (lines, columns), with NaN where a number is missing.
        labels: One each; none without a column of labels.
        broken: What is wrong with some of the lines, by number: the kind of mistake, and the mistake in words.
    """

    lines: NDArray[np.int64]
    numbers: NDArray[np.float64]
    labels: list[str]
    broken: dict[int, tuple[str, str]]


def read_rows(lines: Iterable[Line], layout: Layout) -> Iterator[Rows]:
    """What lines hold, at least one, some lines at a time."""
    waiting = iter(lines)
    few = list(islice(waiting, -(-MANY // layout.width)))
    if len(few) * layout.width < MANY:
        yield _cell_by_cell(few, layout)
        return
    every = chain(few, waiting)
    while part := list(islice(every, AT_ONCE)):
        yield _at_once(part, layout) or _cell_by_cell(part, layout)


def _at_once(lines: list[Line], layout: Layout) -> Rows | None:
    """What pandas reads of lines; None where that may be something else than what `_cell_by_cell` does."""
    import pandas

    mark = layout.delimiter if layout.delimiter not in ("", BLANKS) else "\x1f"
    texts = [mark.join(text.split()) if layout.delimiter == BLANKS else text for _, text in lines]
    if not _are_plain(texts, mark, layout):
        return None
    label = [] if layout.label_at is None else [layout.label_at]
    types = dict.fromkeys(layout.places, np.float64) | dict.fromkeys(label, object)
    try:
        frame = pandas.read_csv(
            io.StringIO("\n".join([*texts, ""])),
            sep=mark,
            decimal=layout.decimal,
            header=None,
            usecols=sorted(types),
            dtype=types,
            na_filter=False,
            quoting=csv.QUOTE_NONE,
            skipinitialspace=True,
            skip_blank_lines=False,
            lineterminator="\n",
        )
    except ValueError:
        return None
    numbers = np.ascontiguousarray(frame[layout.places].to_numpy(np.float64))
    labels = [text.strip() for place in label for text in frame[place]]
    return (
        Rows(_numbers_of(lines), numbers, labels, {}) if np.isfinite(numbers).all() and all(labels) else None
    )


def _are_plain(texts: list[str], mark: str, layout: Layout) -> bool:
    """Whether pandas takes lines as they are meant, or refuses them.

    It would pass over a byte order mark, cut at a null, see no quotes, and not count the cells that it leaves
    out. Of a column of nothing but True and False it makes 1 and 0, which the first line is enough to rule out.
    """
    first = cells_of(texts[0], mark)
    return (
        not any(sign in text for text in texts for sign in '"\0\ufeff')
        and all(text.count(mark) == layout.width - 1 for text in texts)
        and layout.label_at not in layout.places
        and all(number_in(first[place], layout.decimal) is not None for place in layout.places)
    )


def _cell_by_cell(lines: list[Line], layout: Layout) -> Rows:
    numbers: list[list[float]] = []
    labels: list[str] = []
    broken: dict[int, tuple[str, str]] = {}
    for line, text in lines:
        cells = cells_of(text, layout.delimiter)
        row = cells if len(cells) == layout.width else [""] * layout.width
        values = [number_in(row[place], layout.decimal) for place in layout.places]
        if wrong := _wrong_widths(cells, layout) or _wrong_numbers(row, values, layout):
            broken[line] = wrong
        numbers.append([np.nan if value is None else value for value in values])
        if layout.label_at is not None:
            labels.append(row[layout.label_at].strip())
            if not labels[-1]:
                broken.setdefault(line, ("label", "the label is empty"))
    return Rows(_numbers_of(lines), np.array(numbers), labels, broken)


def _numbers_of(lines: list[Line]) -> NDArray[np.int64]:
    return np.array([number for number, _ in lines], np.int64)


def _wrong_widths(cells: list[str], layout: Layout) -> tuple[str, str] | None:
    if len(cells) == layout.width or not any(cell.strip() for cell in cells):
        return None
    wrong = f"{len(cells)} cells, where the first row has {layout.width}"
    delimiter = DELIMITERS.get(layout.delimiter, repr(layout.delimiter))
    return wrong, f"{wrong} (the delimiter was taken to be {delimiter}; another: data.delimiter)"


def _wrong_numbers(row: list[str], values: list[float | None], layout: Layout) -> tuple[str, str] | None:
    """The first cell that is no number; where there are others, rather one that isn't a mere gap."""
    found = None
    for place, value in zip(layout.places, values, strict=True):
        is_gap = row[place].strip().lower() in MISSING
        if value is None and not (found and is_gap):
            column = f"'{printable(layout.header[place])}'" if layout.header else str(place + 1)
            found = (
                "missing" if is_gap else f"column {column}",
                f"column {column}: {wrong_with(row[place], layout.decimal)}",
            )
            if not is_gap:
                return found
    return found
