"""`aecli decode`: codes → pictures or arrays."""

from pathlib import Path
from typing import Annotated

import typer

from aecli.cli.arguments import (
    RUNS_DIR,
    OverwriteOption,
    PluginOption,
    QuietOption,
    RunArgument,
    RunsDirOption,
)


def command(
    run: RunArgument,
    codes: Annotated[
        Path, typer.Argument(metavar="CODES", help="An .npz file of aecli encode, or an .npy file of codes.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder for the results.")],
    overwrite: OverwriteOption = False,
    plugin: PluginOption = None,
    runs_dir: RunsDirOption = RUNS_DIR,
    quiet: QuietOption = False,
) -> None:
    """Decode codes: pictures by the names of the inputs, or decoded.npz where the run isn't of pictures."""
    from aecli.cli.opening import find_run, opened_run, report
    from aecli.messages import Messages
    from aecli.outputs.place import prepare_folder

    folder, messages = find_run(run, runs_dir), Messages(quiet)
    opened = opened_run(folder, messages)
    from aecli.usage.decode import StoredCodes, decode, results_for

    stored = StoredCodes.open(codes, opened)
    place = prepare_folder(output, overwrite)
    results = results_for(opened, place, "decoded.npz", overwrite, len(stored.codes))
    report("Decoded", decode(opened, stored, results, messages), messages)
