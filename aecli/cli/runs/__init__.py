"""`aecli runs`: what there is, newest first; and one subcommand a file."""

import sys
from typing import Annotated

import typer

from aecli.cli.arguments import RUNS_DIR, RunsDirOption, WhereOption
from aecli.cli.completion import complete_metric
from aecli.cli.output import print_table, show_json, show_wrapped, terminal_width
from aecli.core.errors import RequestError
from aecli.reports.comparison.compared import glance_at, read_run
from aecli.reports.selection.conditions import parse_condition, select
from aecli.reports.selection.listing import NUMBERS, fitting, plain, table
from aecli.reports.selection.order import sort_runs
from aecli.runs.lookup import runs_in

SUBCOMMANDS = ("tag", "note", "rm", "best")


def command(
    context: typer.Context,
    sort: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Sort by a metric (test: its test reconstruction), best first, or by a setting.",
            autocompletion=complete_metric,
        ),
    ] = None,
    where: WhereOption = None,
    last: Annotated[int | None, typer.Option(min=1, help="Only the newest N of them.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON in place of a table.")] = False,
    runs_dir: RunsDirOption = RUNS_DIR,
) -> None:
    """List the runs, newest first: model (network × latent × objective), data, epochs, status, test loss."""
    if context.invoked_subcommand is not None:
        _refuse_options(context)
        return
    conditions = [parse_condition(text) for text in where or []]
    folders = runs_in(runs_dir)
    if not folders:
        sys.stderr.write(f"no runs in {runs_dir}; make one: aecli train conv\n")
    few = folders[:last] if not conditions else folders
    read = read_run if conditions or sort or json else glance_at
    runs = select([read(folder) for folder in few], conditions)[:last]
    if sort is not None:
        runs = sort_runs(runs, sort)
    if json:
        show_json([plain(run) for run in runs])
    elif runs:
        whole, rows, notes = table(runs, sort)
        headings, rows = fitting(whole, rows, terminal_width())
        print_table(headings, rows, right=[*NUMBERS])
        if left_out := [name for name in whole if name not in headings]:
            show_wrapped(f"Not shown, for want of room: {', '.join(left_out)}.")
        for note in notes:
            show_wrapped(note)
    elif folders:
        sys.stderr.write(f"none of the {len(folders):,} runs in {runs_dir} is so\n")


def _refuse_options(context: typer.Context) -> None:
    """Options stand behind the word that they are for; before it, they would be lost."""
    for name in context.params:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            option = f"--{name.replace('_', '-')}"
            raise RequestError(
                f"{option}: stands behind the word: aecli runs {context.invoked_subcommand} … {option} …"
            )
