"""`aecli explore`: a page in which a run's network runs."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from aecli.cli.arguments import RUNS_DIR, PluginOption, QuietOption, RunArgument, RunsDirOption
from aecli.cli.output import show
from aecli.reports.explore import Precision


def command(
    run: RunArgument,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="By default explore.html in the run's folder."),
    ] = None,
    open_it: Annotated[
        bool, typer.Option("--open/--no-open", help="Show it in the browser once it is written.")
    ] = True,
    precision: Annotated[
        Precision, typer.Option(help="How weights are written: float32 makes the page twice as large.")
    ] = "float16",
    plugin: PluginOption = None,
    quiet: QuietOption = False,
    runs_dir: RunsDirOption = RUNS_DIR,
) -> None:
    """Write a page to play with: drag a point through the latent space, and the network in the page decodes it."""
    from aecli.runs.opened import open_run

    opened = open_run(run, runs_dir)
    from aecli.reports.explore.page import (
        explorer,
    )  # after the start of TensorFlow, which is told to be quiet
    from aecli.reports.page.rendering import write_page

    path = output or opened.folder.path / "explore.html"
    write_page(path, explorer(opened, precision))
    show(path)
    if open_it:
        webbrowser.open(path.absolute().as_uri())
