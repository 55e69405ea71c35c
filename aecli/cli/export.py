"""`aecli export`: a run's network for other programs."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from aecli.cli.arguments import RUNS_DIR, RunArgument, RunsDirOption


class Part(StrEnum):
    """What can be exported."""

    ENCODER = "encoder"
    DECODER = "decoder"
    WHOLE = "whole"
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
    part: Annotated[Part, typer.Option(help="Which network.")] = Part.ALL,
    runs_dir: RunsDirOption = RUNS_DIR,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress messages.")] = False,
) -> None:
    """Export a run's network to a file format, each file compared with the original on test images."""
    from aecli.exports.destination import ALL, destination
    from aecli.exports.formats.format import find_format
    from aecli.messages import Messages
    from aecli.run_folder import find

    target = find_format(format_)
    folder = find(run, runs_dir)
    folder.refuse_links()
    chosen = ALL if part is Part.ALL else (part.value,)
    path = destination(folder, target.name, chosen, output)
    from aecli import backend

    backend.load()
    from aecli.exports.export import export_run
    from aecli.trained import load_run

    export_run(load_run(folder), target, chosen, path, Messages(quiet))
    print(path)  # noqa: T201
