"""`aecli export`: a run's network for other programs."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from aecli.cli.arguments import RUNS_DIR, PluginOption, QuietOption, RunArgument, RunsDirOption
from aecli.cli.output import show
from aecli.export.destination import ALL, destination
from aecli.export.formats.format import find_format
from aecli.runs.lookup import find
from aecli.runs.opened import open_run


class Part(StrEnum):
    """What can be exported."""

    ENCODER = "encoder"
    DECODER = "decoder"
    AUTOENCODER = "autoencoder"
    WHOLE = "whole"
    """What 0.1.0 called the autoencoder."""
    ALL = "all"


def command(
    run: RunArgument,
    format_: Annotated[
        str, typer.Option("--format", metavar="NAME", help="A file format (aecli list formats).")
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="DIR", help="A new folder; by default in the run's, exports/NAME."
        ),
    ] = None,
    part: Annotated[
        Part, typer.Option(metavar="encoder|decoder|autoencoder|all", help="Which network.")
    ] = Part.ALL,
    plugin: PluginOption = None,
    runs_dir: RunsDirOption = RUNS_DIR,
    quiet: QuietOption = False,
) -> None:
    """Export a run's network to a file format, each file compared with the original on test samples."""
    target = find_format(format_)
    names = {Part.ALL: ALL, Part.WHOLE: (Part.AUTOENCODER.value,)}.get(part, (part.value,))
    path = destination(find(run, runs_dir), target.name, names, output)
    opened = open_run(run, runs_dir)
    from aecli.export.export import export_run

    export_run(opened, target, names, path)
    show(path)
