"""`aecli evaluate`: what a run is worth."""

from typing import Annotated

import typer

from aecli.cli.arguments import RUNS_DIR, PluginOption, QuietOption, RunArgument, RunsDirOption


def command(
    run: RunArgument,
    json: Annotated[bool, typer.Option("--json", help="Print metrics.json in place of tables.")] = False,
    nll_samples: Annotated[
        int,
        typer.Option(min=0, max=100_000, help="Draws an image for a VAE's likelihood; 0 leaves it out."),
    ] = 100,
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
    """Measure a run on its test images, beside the floors it must beat; writes metrics.json."""
    from aecli.cli.output import print_table
    from aecli.data.named import named_source
    from aecli.messages import Messages
    from aecli.run_folder import find

    folder = find(run, runs_dir)
    others = [named_source(argument) for argument in data or []]
    from aecli import backend

    backend.load()
    from aecli.evaluation.evaluate import evaluate
    from aecli.evaluation.table import tables

    report = evaluate(folder, nll_samples, others, Messages(quiet))
    if json:
        print(report.text(), end="")  # noqa: T201
        return
    for heading, columns, rows in tables(report):
        print(heading)  # noqa: T201
        print_table(columns, rows)
    print(f"\nWritten to {folder.evaluation}; what each means: docs/METRICS.md")  # noqa: T201
