"""`aecli reconstruct`: inputs → what the network makes of them."""

from pathlib import Path
from typing import Annotated

import typer

from aecli.cli.arguments import (
    RUNS_DIR,
    InputArgument,
    OverwriteOption,
    PluginOption,
    QuietOption,
    RunArgument,
    RunsDirOption,
)


def command(
    run: RunArgument,
    inputs: InputArgument,
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder for the results.")],
    overwrite: OverwriteOption = False,
    plugin: PluginOption = None,
    runs_dir: RunsDirOption = RUNS_DIR,
    quiet: QuietOption = False,
) -> None:
    """Reconstruct inputs, which is how a denoiser denoises.

    Pictures become pictures of the same names and sizes, arrays become reconstructions.npz.
    """
    from aecli.cli.opening import find_run, opened_run, report
    from aecli.messages import Messages

    folder, messages = find_run(run, runs_dir), Messages(quiet)
    opened = opened_run(folder, messages)
    from aecli.inputs.opening import open_inputs
    from aecli.usage.reconstruct import reconstruct

    found = open_inputs(inputs, opened, messages.say)
    report("Reconstructed", reconstruct(opened, found, output, overwrite, messages), messages)
