"""`aecli export`: a run's network for other programs."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from aecli.cli.arguments import RUNS_DIR, PluginOption, QuietOption, RunArgument, RunsDirOption


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
    plugin: PluginOption = None,
    runs_dir: RunsDirOption = RUNS_DIR,
    quiet: QuietOption = False,
) -> None:
    """Export a run's network to a file format, each file compared with the original on test images."""
    from aecli.cli.opening import find_run, opened_run
    from aecli.exports.destination import ALL, destination
    from aecli.exports.formats.format import find_format
    from aecli.messages import Messages

    target = find_format(format_)
    folder, messages = find_run(run, runs_dir), Messages(quiet)
    folder.refuse_links()
    chosen = ALL if part is Part.ALL else (part.value,)
    path = destination(folder, target.name, chosen, output)
    opened = opened_run(folder, messages)
    from aecli.exports.export import export_run

    export_run(opened, target, chosen, path, messages)
    print(path)  # noqa: T201
