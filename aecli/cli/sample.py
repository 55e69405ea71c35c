"""`aecli sample`: new samples."""

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
    output: FolderOption,
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=100_000, help="How many.")] = 64,
    seed: Annotated[int | None, typer.Option(min=0, help="By default the run's.")] = None,
    label: LabelOption = None,
    overwrite: OverwriteOption = False,
    plugin: PluginOption = None,
    runs_dir: RunsDirOption = RUNS_DIR,
    quiet: QuietOption = False,
) -> None:
    """Make new samples: from a VAE's prior, or from a density fitted to the codes of another model.

    Only a VAE is trained to be sampled from. Writes each image, or samples.npz where the run isn't of
    images; and a contact sheet beside the folder: -o new makes new.png.
    """
    opened = open_run(run, runs_dir)
    from aecli.inference.outputs.place import prepare_folder, sheet_beside
    from aecli.inference.outputs.results import results_for
    from aecli.inference.sample import sample

    sheet = sheet_beside(output.absolute(), overwrite)
    place = prepare_folder(output, overwrite)
    results = results_for(opened, place, "samples.npz", overwrite, count)
    chance = opened.config.seed if seed is None else seed
    report("Sampled", sample(opened, count, chance, label, sheet, results))
