"""`aecli score`: the odd ones out."""

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
    output: Annotated[Path, typer.Option("--output", "-o", help="A .csv file for the scores.")],
    top: Annotated[
        int,
        typer.Option(min=0, max=100, help="Draw the N oddest inputs, in a .png file beside the .csv file."),
    ] = 0,
    label: LabelOption = None,
    plugin: PluginOption = None,
    runs_dir: RunsDirOption = RUNS_DIR,
    quiet: QuietOption = False,
) -> None:
    """Score inputs by how badly they are reconstructed, beside the training samples: to find anomalies.

    The percentile is the share of training samples with a lower loss, of which equal ones count half; rank 1 is
    the most normal input. Inputs go in as they are, and so did the training samples that they are compared with:
    a denoiser adds no noise.
    """
    from aecli.inference.outputs.place import check_file

    check_file(output, (".csv",))
    opened = open_run(run, runs_dir)
    from aecli.inference.inputs.opening import open_inputs
    from aecli.inference.score import score

    report("Scored", score(opened, open_inputs(inputs, opened, label), output, top))
