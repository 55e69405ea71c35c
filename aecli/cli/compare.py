"""`aecli compare`: runs beside one another."""

import logging
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from aecli.cli.arguments import RUNS_DIR, RunsDirOption, WhereOption
from aecli.cli.completion import complete_metric, complete_run
from aecli.cli.output import print_table, show, show_wrapped, terminal_width
from aecli.core.errors import RequestError, RunError
from aecli.core.text import plain
from aecli.reports.comparison import formats, layout
from aecli.reports.comparison.compared import read_run
from aecli.reports.comparison.comparison import Comparison, compare
from aecli.reports.comparison.comparison import sort as sort_by
from aecli.reports.comparison.curves import write_curves
from aecli.reports.comparison.groups import group_by_seed
from aecli.reports.comparison.plot import write_plot
from aecli.reports.selection.conditions import parse_condition, select
from aecli.runs.lookup import find, runs_in

log = logging.getLogger(__name__)


class TableFormat(StrEnum):
    """How the table is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    MARKDOWN = "markdown"


class Group(StrEnum):
    """What may be folded."""

    SEED = "seed"


def command(
    runs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="RUN...", help="Runs; the newest ones by default.", autocompletion=complete_run
        ),
    ] = None,
    sort: Annotated[
        str | None,
        typer.Option(help="Sort by a metric or a setting; best first.", autocompletion=complete_metric),
    ] = None,
    format_: Annotated[
        TableFormat, typer.Option("--format", help="How the table is printed.")
    ] = TableFormat.TABLE,
    group: Annotated[
        Group | None, typer.Option(help="Fold runs that differ in this alone: mean ± standard deviation.")
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(
            "--metric",
            "--metrics",
            metavar="NAME",
            autocompletion=complete_metric,
            help="Show this metric and not the three that matter most; 'all' for all. Repeatable. CSV and JSON "
            "have all by default.",
        ),
    ] = None,
    x: Annotated[
        str | None,
        typer.Option(metavar="SETTING", help="Plot --y against this setting; seeds as error bars."),
    ] = None,
    y: Annotated[
        str | None,
        typer.Option(metavar="METRIC", help="What --x is to explain.", autocompletion=complete_metric),
    ] = None,
    where: WhereOption = None,
    last: Annotated[int, typer.Option(min=1, help="How many of the newest runs, if none are given.")] = 10,
    figure: Annotated[
        Path | None, typer.Option(help="Where the image goes; comparison.png in --runs-dir by default.")
    ] = None,
    no_figure: Annotated[bool, typer.Option("--no-figure", help="Draw no loss curves.")] = False,
    runs_dir: RunsDirOption = RUNS_DIR,
) -> None:
    """Compare runs: what differs, what they reached, what they cost; and their loss curves."""
    if (x is None) != (y is None):
        raise RequestError("--x and --y go together: --x model.latent.dim --y reconstruction.psnr")
    conditions = [parse_condition(text) for text in where or []]
    folders = [find(run, runs_dir) for run in runs] if runs else runs_in(runs_dir)
    if not folders:
        raise RunError(f"no runs in {runs_dir}; make one: aecli train conv")
    few = folders if runs or conditions else folders[:last]
    chosen = select([read_run(folder) for folder in few], conditions)
    read = {run.folder.path: run for run in (chosen if runs else chosen[:last])}
    if not read:
        raise RunError(f"none of the {len(folders):,} runs is so")
    usual = ["all"] if format_ in (TableFormat.CSV, TableFormat.JSON) else []
    table = compare(list(read.values()), metric or usual, sort or y)
    if group is Group.SEED:
        table = group_by_seed(table)
    if sort is not None:
        table = sort_by(table, sort)
    _print(table, format_)
    if no_figure:
        return
    path = figure or runs_dir / "comparison.png"
    if x is not None and y is not None:
        points = write_plot(list(read.values()), x, y, path)
        log.info(f"{y} against {x}, {points} points: {path}")
        return
    by_id = {run.folder.id: run for run in read.values()}
    curves = write_curves([by_id[run] for row in table.rows for run in row.runs], path)
    log.info(f"{curves} loss curves: {path}" if curves else "no run here has a loss curve yet")


def _print(table: Comparison, format_: TableFormat) -> None:
    """The table on standard output."""
    if format_ is TableFormat.TABLE:
        for i, (columns, rows) in enumerate(layout.tables(table, terminal_width())):
            if i:
                show("")
            print_table(columns, rows)
        for note in ["* best", *layout.troubles(table), *table.notes]:
            show_wrapped(note)
    else:
        write = {
            TableFormat.CSV: formats.as_csv,
            TableFormat.JSON: formats.as_json,
            TableFormat.MARKDOWN: formats.as_markdown,
        }[format_]
        sys.stdout.write(plain(write(table)))
    sys.stdout.flush()  # the answer first, then the image
