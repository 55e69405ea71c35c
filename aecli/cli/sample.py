"""`aecli sample`: new items."""

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
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder for the results.")],
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=100_000, help="How many.")] = 64,
    seed: Annotated[int | None, typer.Option(min=0, help="By default the run's.")] = None,
    overwrite: OverwriteOption = False,
    plugin: PluginOption = None,
    runs_dir: RunsDirOption = RUNS_DIR,
    quiet: QuietOption = False,
) -> None:
    """Make new pictures: from a VAE's prior, or from a density fitted to the codes of another model.

    Only a VAE is trained to be sampled from. Writes each picture, or samples.npz where the run isn't of
    pictures; and a contact sheet beside the folder: -o new makes new.png.
    """
    from aecli.cli.opening import find_run, opened_run, report
    from aecli.messages import Messages
    from aecli.outputs.place import prepare_folder, sheet_beside

    folder, messages = find_run(run, runs_dir), Messages(quiet)
    opened = opened_run(folder, messages)
    from aecli.usage.decode import results_for
    from aecli.usage.sample import sample

    sheet = sheet_beside(output.absolute(), overwrite)
    place = prepare_folder(output, overwrite)
    results = results_for(opened, place, "samples.npz", overwrite, count)
    seed = opened.config.seed if seed is None else seed
    report("Sampled", sample(opened, count, seed, sheet, results, messages), messages)
