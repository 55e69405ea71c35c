"""`aecli score`: the odd ones out."""

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
    output: Annotated[Path, typer.Option("--output", "-o", help="A .csv file for the scores.")],
    top: Annotated[
        int,
        typer.Option(min=0, max=100, help="Draw the N oddest inputs, in a .png file beside the .csv file."),
    ] = 0,
    plugin: PluginOption = None,
    runs_dir: RunsDirOption = RUNS_DIR,
    quiet: QuietOption = False,
) -> None:
    """Score inputs by how badly they are reconstructed, beside the training images: to find anomalies.

    The percentile is the share of training images with a lower loss; rank 1 is the most normal input. Inputs
    go in as they are, and so did the training images that they are compared with: a denoiser adds no noise.
    """
    from aecli.cli.opening import find_run, opened_run, report
    from aecli.messages import Messages
    from aecli.outputs.place import check_file

    check_file(output, (".csv",))
    folder, messages = find_run(run, runs_dir), Messages(quiet)
    opened = opened_run(folder, messages)
    from aecli.inputs.opening import open_inputs
    from aecli.usage.score import score

    outcome = score(opened, open_inputs(inputs, opened, messages.say), output, top, messages)
    report("Scored", outcome, messages)
