"""Folds runs that differ in their seed alone into one row: mean ± standard deviation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean, stdev

from aecli.reports.comparison.comparison import Cell, Column, Comparison, Row, mark_best

SEED = "seed"


def group_by_seed(comparison: Comparison) -> Comparison:
    """A table with a row for each set of runs that are alike but for their seed.

    A number is kept where every run of the group has it. Runs that didn't complete stay alone.
    """
    groups: dict[tuple[object, ...], list[Row]] = {}
    for row in comparison.rows:
        rest = tuple((name, value) for name, value in row.settings.items() if name != SEED)
        key = (row.data, rest) if row.status == "completed" else (row.runs,)
        groups.setdefault(key, []).append(row)
    rows = [_fold(rows, comparison.columns) for rows in groups.values()]
    settings = [name for name in comparison.settings if name != SEED]
    return replace(comparison, settings=settings, rows=mark_best(rows, comparison.columns))


def _fold(rows: Sequence[Row], columns: Sequence[Column]) -> Row:
    """Several rows → one."""
    cells = {}
    for column in columns:
        values = [row.cells[column].value for row in rows if column in row.cells]
        if len(values) == len(rows):
            cells[column] = Cell(fmean(values), stdev(values) if len(values) > 1 else None)
    settings = {name: value for name, value in rows[0].settings.items() if name != SEED}
    runs = tuple(run for row in rows for run in row.runs)
    remarks = {
        name: ", ".join(dict.fromkeys(row.remarks[name] for row in rows if row.remarks.get(name)))
        for name in rows[0].remarks
    }
    return replace(rows[0], runs=runs, settings=settings, cells=cells, remarks=remarks)
