"""A comparison as text: for people, spreadsheets, programs and documents."""

from __future__ import annotations

import csv
import io
import json
import math
from functools import lru_cache
from typing import Any

from aecli.config.yaml_text import parse
from aecli.core.text import markdown_table, number
from aecli.reports.comparison.comparison import Cell, Column, Comparison, Row

BEST = "*"
"""Stands behind the best number of a column."""


LEADING = ("run", "status", "data")
"""The headings before what was said of the runs, their settings and their metrics."""


def headings(comparison: Comparison) -> list[str]:
    """The names of the columns, with their units."""
    metrics = [
        f"{column.name} ({column.unit})" if column.unit else column.name for column in comparison.columns
    ]
    return [*LEADING, *comparison.remarks, *comparison.settings, *metrics]


def cells(comparison: Comparison) -> list[list[str]]:
    """The rows as text."""
    remarks = comparison.remarks
    return [
        [
            _runs(row),
            row.status,
            row.data,
            *(row.remarks.get(name, "") for name in remarks),
            *(row.settings.get(name, "–") for name in comparison.settings),
            *(_cell(row.cells.get(column)) for column in comparison.columns),
        ]
        for row in comparison.rows
    ]


def as_markdown(comparison: Comparison) -> str:
    """A table in Markdown, the best numbers in bold."""
    rows = [[_emphasised(cell) for cell in row] for row in cells(comparison)]
    return markdown_table(headings(comparison), rows) + "".join(f"\n{note}\n" for note in comparison.notes)


def as_csv(comparison: Comparison) -> str:
    """CSV with every digit; in groups each metric has a second column with the standard deviation."""
    grouped = any(cell.spread is not None for row in comparison.rows for cell in row.cells.values())
    names: list[str] = []
    remarks = comparison.remarks
    for heading in headings(comparison)[len(LEADING) + len(remarks) + len(comparison.settings) :]:
        names += [heading, f"{heading} sd"] if grouped else [heading]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*LEADING, *remarks, *comparison.settings, *names])
    for row in comparison.rows:
        numbers: list[Any] = []
        for column in comparison.columns:
            cell = row.cells.get(column)
            numbers += ["" if cell is None else cell.value]
            numbers += ["" if cell is None or cell.spread is None else cell.spread] if grouped else []
        said = [row.remarks.get(name, "") for name in remarks]
        settings = [row.settings.get(name, "") for name in comparison.settings]
        writer.writerow([" ".join(row.runs), row.status, row.data, *said, *settings, *numbers])
    return text.getvalue()


def as_json(comparison: Comparison) -> str:
    """JSON with every digit."""
    remarks = comparison.remarks
    rows = [
        {
            "runs": list(row.runs),
            "status": row.status,
            "data": row.data,
            **{name: row.remarks.get(name, "") for name in remarks},
            "settings": {name: _value(text) for name, text in row.settings.items()},
            "metrics": [_plain(column, cell) for column, cell in row.cells.items()],
        }
        for row in comparison.rows
    ]
    text = json.dumps({"rows": rows, "notes": comparison.notes}, indent=2, ensure_ascii=False)
    # What can steer a terminal is escaped as JSON does it: as anything else it would be no JSON.
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text) + "\n"


def _plain(column: Column, cell: Cell) -> dict[str, Any]:
    spread = {} if cell.spread is None else {"sd": cell.spread}
    return {"name": column.name, "unit": column.unit, "value": cell.value, **spread, "best": cell.best}


@lru_cache(maxsize=4096)
def _value(text: str) -> Any:
    """A setting as it was before it became text."""
    value = parse(text, "setting").data
    return text if isinstance(value, float) and not math.isfinite(value) else value


def _runs(row: Row) -> str:
    """A run's id, or the first one's of a group with how many there are."""
    return row.runs[0] if len(row.runs) == 1 else f"{row.runs[0]} ×{len(row.runs)}"


def _cell(cell: Cell | None) -> str:
    if cell is None:
        return "–"
    spread = "" if cell.spread is None else f" ± {cell.spread:.1g}"
    return number(cell.value) + spread + (BEST if cell.best else "")


def _emphasised(cell: str) -> str:
    return f"**{cell.removesuffix(BEST)}**" if cell.endswith(BEST) else cell
