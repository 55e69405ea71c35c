"""`aecli runs best`: the path of the best run, for scripts."""

from typing import Annotated

import typer

from aecli.cli.arguments import RUNS_DIR, RunsDirOption, WhereOption
from aecli.cli.completion import complete_metric
from aecli.cli.output import show
from aecli.core.errors import RunError
from aecli.reports.comparison.compared import read_run
from aecli.reports.selection.conditions import parse_condition, select
from aecli.reports.selection.order import best_run
from aecli.runs.lookup import runs_in


def command(
    metric: Annotated[
        str, typer.Argument(help="A metric, as in metrics.json; or test.", autocompletion=complete_metric)
    ],
    where: WhereOption = None,
    runs_dir: RunsDirOption = RUNS_DIR,
) -> None:
    """Print the folder of the complete run that is best by a metric, as in: aecli sample $(aecli runs best test)."""
    conditions = [parse_condition(text) for text in where or []]
    folders = runs_in(runs_dir)
    if not folders:
        raise RunError(f"no runs in {runs_dir}; make one: aecli train conv")
    show(best_run(select([read_run(folder) for folder in folders], conditions), metric).folder.path)
