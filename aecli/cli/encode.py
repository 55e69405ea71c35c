"""`aecli encode`: inputs → codes."""

from pathlib import Path
from typing import Annotated

import typer

from aecli.cli.arguments import (
    RUNS_DIR,
    InputArgument,
    PluginOption,
    QuietOption,
    RunArgument,
    RunsDirOption,
)


def command(
    run: RunArgument,
    inputs: InputArgument,
    output: Annotated[Path, typer.Option("--output", "-o", help="A .npz or a .csv file for the codes.")],
    plugin: PluginOption = None,
    runs_dir: RunsDirOption = RUNS_DIR,
    quiet: QuietOption = False,
) -> None:
    """Encode inputs: their codes with their names and, of a VAE, mean and variance."""
    from aecli.cli.opening import find_run, opened_run, report
    from aecli.messages import Messages
    from aecli.outputs.place import check_file

    check_file(output, (".npz", ".csv"))
    folder, messages = find_run(run, runs_dir), Messages(quiet)
    opened = opened_run(folder, messages)
    from aecli.inputs.opening import open_inputs
    from aecli.usage.encode import encode

    outcome = encode(opened, open_inputs(inputs, opened, messages.say), output, messages)
    report("Encoded", outcome, messages)
