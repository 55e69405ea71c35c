"""`aecli evaluate`: what a run is worth."""

from collections.abc import Iterator
from typing import Annotated

import typer

from aecli.cli.arguments import RUNS_DIR, PluginOption, QuietOption, RunsArgument, RunsDirOption
from aecli.cli.output import print_table, show, show_wrapped, terminal_width
from aecli.config.trial import recipe_of
from aecli.core import backend
from aecli.data.named import named_source
from aecli.evaluation.headline import against_pca
from aecli.evaluation.report import MEMORY_LIMIT_MB, NLL_DRAWS, PROBE_SAMPLES, Report
from aecli.evaluation.tables import tables
from aecli.reports.reproduction.judged import judged
from aecli.runs.lookup import find
from aecli.runs.opened import OpenedRun, open_run

ROOMY = 120
"""On narrower terminals numbers stand without their standard errors."""


def command(
    runs: RunsArgument,
    json: Annotated[
        bool, typer.Option("--json", help="Print metrics.json in place of tables; of several runs, a list.")
    ] = False,
    nll_samples: Annotated[
        int,
        typer.Option(min=0, max=100_000, help="Draws a sample for a VAE's likelihood; 0 leaves it out."),
    ] = NLL_DRAWS,
    probe_samples: Annotated[
        int, typer.Option(min=10, help="Training samples, at most, that teach the classifiers on latents.")
    ] = PROBE_SAMPLES,
    memory_limit_mb: Annotated[
        int,
        typer.Option(
            min=1,
            help="Memory for test samples and what is made of them, in MiB; of more, some are measured.",
        ),
    ] = MEMORY_LIMIT_MB,
    data: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME_OR_PATH",
            help="Measure on other data too: a data set's name, or a file like mnist.npz. Repeatable.",
        ),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Say what is absent too, and why; metrics.json does.")
    ] = False,
    plugin: PluginOption = None,
    runs_dir: RunsDirOption = RUNS_DIR,
    quiet: QuietOption = False,
) -> None:
    """Measure runs on their test samples, beside the baselines they must beat; writes metrics.json."""
    others = [named_source(argument) for argument in data or []]
    folders = [find(run, runs_dir) for run in runs]  # what isn't there is told before hours of measuring
    backend.load()
    from aecli.evaluation.evaluate import evaluate

    reports = []
    for i, folder in enumerate(folders):
        run = open_run(str(folder.path), runs_dir)
        report = evaluate(run, nll_samples, others, probe_samples, memory_limit_mb)
        if json:
            reports.append(report)
            continue
        if len(folders) > 1:
            show(f"\n{run.record.id}" if i else run.record.id)
        _show(run, report, verbose)
    if json:
        show(
            reports[0].text().rstrip()
            if len(reports) == 1
            else f"[{','.join(one.text() for one in reports)}]"
        )


def _show(run: OpenedRun, report: Report, verbose: bool = False) -> None:
    """Prints what was measured of a run."""
    for line in filter(None, _headlines(run, report)):
        show_wrapped(line)
    for heading, columns, rows in tables(report, verbose, terminal_width() >= ROOMY):
        show_wrapped(f"\n{heading}".rstrip())
        print_table([columns[0], *map(_broken, columns[1:])], rows)
    show_wrapped(f"\nWritten to {run.folder.evaluation}; what each means: docs/METRICS.md")


def _headlines(run: OpenedRun, report: Report) -> Iterator[str | None]:
    """Better or worse than PCA; as its recipe expects or not."""
    yield against_pca(report.own)
    usual = report.nll_draws == NLL_DRAWS and report.probe_samples == PROBE_SAMPLES
    recipe = recipe_of(run.config, report.own.data["name"]) if usual else None
    yield judged(recipe, report.own) if recipe else None


def _broken(heading: str) -> str:
    """A heading as narrow as its unit allows."""
    return heading.replace(" ", "\n").replace("/", "/\n") if "(" in heading else heading
