"""`aecli report`: runs as one HTML file to send."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from aecli.cli.arguments import RUNS_DIR, PluginOption, RunsArgument, RunsDirOption
from aecli.cli.output import show
from aecli.reports.comparison.compared import read_run
from aecli.runs.lookup import find


def command(
    runs: RunsArgument,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="By default report.html in the run's folder, or in --runs-dir.",
        ),
    ] = None,
    plugin: PluginOption = None,
    runs_dir: RunsDirOption = RUNS_DIR,
) -> None:
    """Write a page about a run, or about several: pictures, numbers, data, config, all in one file to send."""
    folders = [find(run, runs_dir) for run in runs]
    if len(folders) == 1:
        from aecli.reports.page.single import page_of_run

        folders[0].refuse_foreign()
        page, place = page_of_run(folders[0]), folders[0].path
    else:
        from aecli.reports.page.several import page_of_runs

        page, place = page_of_runs([read_run(folder) for folder in folders]), runs_dir
    from aecli.reports.page.rendering import write_page

    path = output or place / "report.html"
    write_page(path, page)
    show(path)
