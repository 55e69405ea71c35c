"""Several runs as a page: what differs, what they reached, their curves, and a metric against a setting."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from aecli.core.errors import RequestError
from aecli.reports.comparison import layout
from aecli.reports.comparison.compared import ComparedRun
from aecli.reports.comparison.comparison import Comparison, compare
from aecli.reports.comparison.curves import write_curves
from aecli.reports.comparison.plot import write_plot
from aecli.reports.page.rendering import Picture, Table, picture, render
from aecli.reports.selection.values import as_number

METRIC = "test.reconstruction"
"""What is drawn against the setting that differs."""

CHARACTERS = 100
"""How wide a table may be, in characters: as wide as a sheet of paper."""


def page_of_runs(runs: Sequence[ComparedRun]) -> str:
    """The page of several runs, in their order."""
    table = compare(runs)
    with tempfile.TemporaryDirectory() as place:
        pictures = list(_pictures(runs, table, Path(place)))
    return render(
        "page/several.html",
        title=f"{len(runs)} runs",
        tables=[Table(columns, rows) for columns, rows in layout.tables(table, CHARACTERS)],
        notes=["* best", *table.notes, *(f"{run.folder.id}: {run.trouble}" for run in runs if run.trouble)],
        pictures=pictures,
    )


def _pictures(runs: Sequence[ComparedRun], table: Comparison, place: Path) -> Iterator[Picture]:
    """Loss curves; and the metric against the first setting of numbers that differs."""
    if write_curves(runs, place / "curves.png"):
        yield picture(
            place / "curves.png", "The reconstruction loss of the monitored samples over the epochs."
        )
    numeric = [
        name
        for name in table.settings
        if name != "seed"
        and all(isinstance(as_number(row.settings.get(name, "")), float) for row in table.rows)
    ]
    if numeric:
        try:
            write_plot(runs, numeric[0], METRIC, place / "plot.png")
        except RequestError:  # too many lines, or none of the runs is complete
            return
        yield picture(place / "plot.png", f"What complete runs reached against {numeric[0]}.")
