"""`aecli evaluate`: what a run is worth."""

from typing import Annotated

import typer

from aecli.cli.arguments import RUNS_DIR, PluginOption, QuietOption, RunArgument, RunsDirOption
from aecli.cli.output import print_table, show
from aecli.data.named import named_source
from aecli.evaluation.tables import tables
from aecli.runs.opened import open_run


def command(
    run: RunArgument,
    json: Annotated[bool, typer.Option("--json", help="Print metrics.json in place of tables.")] = False,
    nll_samples: Annotated[
        int,
        typer.Option(min=0, max=100_000, help="Draws a sample for a VAE's likelihood; 0 leaves it out."),
    ] = 100,
    probe_samples: Annotated[
        int, typer.Option(min=10, help="Training samples, at most, that teach the classifiers on latents.")
    ] = 10_000,
    data: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME_OR_PATH",
            help="Measure on other data too: a data set's name, or a file like mnist.npz. Repeatable.",
        ),
    ] = None,
    plugin: PluginOption = None,
    runs_dir: RunsDirOption = RUNS_DIR,
    quiet: QuietOption = False,
) -> None:
    """Measure a run on its test samples, beside the baselines it must beat; writes metrics.json."""
    others = [named_source(argument) for argument in data or []]
    opened = open_run(run, runs_dir)
    from aecli.evaluation.evaluate import evaluate

    report = evaluate(opened, nll_samples, others, probe_samples)
    if json:
        show(report.text().rstrip())
        return
    for heading, columns, rows in tables(report):
        show(heading)
        print_table(columns, rows)
    show(f"\nWritten to {opened.folder.evaluation}; what each means: docs/METRICS.md")
