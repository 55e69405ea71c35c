"""How a table is to be read, and which of its columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from aecli.core.errors import DataError
from aecli.core.text import did_you_mean, listed, printable

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


def places_of(
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
