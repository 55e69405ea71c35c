"""`aecli decode`: codes → images or arrays."""

from pathlib import Path
from typing import Annotated

import typer

from aecli.cli.arguments import (
    RUNS_DIR,
    FolderOption,
    LabelOption,
    OverwriteOption,
    PluginOption,
    QuietOption,
    RunArgument,
    RunsDirOption,
)
from aecli.cli.output import report
from aecli.runs.opened import open_run


def command(
    run: RunArgument,
    codes: Annotated[
        Path, typer.Argument(metavar="CODES", help="An .npz file of aecli encode, or an .npy file of codes.")
    ],
    output: FolderOption,
    overwrite: OverwriteOption = False,
    label: LabelOption = None,
    plugin: PluginOption = None,
    runs_dir: RunsDirOption = RUNS_DIR,
    quiet: QuietOption = False,
) -> None:
    """Decode codes: images by the names of the inputs, or decoded.npz where the run isn't of images."""
    opened = open_run(run, runs_dir)
    from aecli.inference.decode import StoredCodes, decode
    from aecli.inference.outputs.place import prepare_folder
    from aecli.inference.outputs.results import results_for

    stored = StoredCodes.open(codes, opened)
    place = prepare_folder(output, overwrite)
    results = results_for(opened, place, "decoded.npz", overwrite, len(stored.codes))
    report("Decoded", decode(opened, stored, results, label))
