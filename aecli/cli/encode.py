"""`aecli encode`: inputs → codes."""

from pathlib import Path
from typing import Annotated

import typer

from aecli.cli.arguments import (
    RUNS_DIR,
    InputArgument,
    LabelOption,
    PluginOption,
    QuietOption,
    RunArgument,
    RunsDirOption,
)
from aecli.cli.output import report
from aecli.runs.opened import open_run


def command(
    run: RunArgument,
    inputs: InputArgument,
    output: Annotated[Path, typer.Option("--output", "-o", help="A .npz or a .csv file for the codes.")],
    label: LabelOption = None,
    plugin: PluginOption = None,
    runs_dir: RunsDirOption = RUNS_DIR,
    quiet: QuietOption = False,
) -> None:
    """Encode inputs: their codes with their names and, of a VAE, mean and variance."""
    from aecli.inference.outputs.place import check_file

    check_file(output, (".npz", ".csv"))
    opened = open_run(run, runs_dir)
    from aecli.inference.encode import encode
    from aecli.inference.inputs.opening import open_inputs

    report("Encoded", encode(opened, open_inputs(inputs, opened, label), output))
