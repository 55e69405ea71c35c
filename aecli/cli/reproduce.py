"""`aecli reproduce`: do the recipes still reach what they claim?"""

import logging
from pathlib import Path
from typing import Annotated

import typer

from aecli.cli.arguments import RUNS_DIR, PluginOption, RunsDirOption, be_quiet, typed
from aecli.cli.completion import complete_recipe
from aecli.cli.output import print_table
from aecli.config.recipes import recipes as all_recipes
from aecli.config.trial import expects, trial
from aecli.core import backend
from aecli.core.errors import RequestError
from aecli.reports.reproduction.document import Results, write_results
from aecli.reports.reproduction.verdicts import COLUMNS, Verdict, cells

log = logging.getLogger(__name__)


def command(
    recipes: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="RECIPE...",
            help="Recipes; by default all that expect something of the data.",
            autocompletion=complete_recipe,
        ),
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds of each to train.")] = 1,
    data: Annotated[
        str, typer.Option(help="The data set: mnist, or mnist5k, which needs no network.")
    ] = "mnist",
    nll_samples: Annotated[int, typer.Option(min=0, help="Draws a sample for a VAE's likelihood.")] = 100,
    probe_samples: Annotated[
        int, typer.Option(min=10, help="Training samples, at most, that teach the classifiers on latents.")
    ] = 10_000,
    report: Annotated[
        Path | None,
        typer.Option(
            help="Write the results with their figures into a Markdown document, docs/RESULTS.md; what it says "
            "of other recipes stays."
        ),
    ] = None,
    plugin: PluginOption = None,
    runs_dir: RunsDirOption = RUNS_DIR,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", callback=be_quiet, is_eager=True, help="Print the table alone.")
    ] = False,
) -> None:
    """Train recipes, measure them, and compare with what they should reach; exit code 1 if they don't.

    What already ran to its end with the same config, data and version isn't trained again, so that this
    can be stopped and started.
    """
    names = recipes or [each.name for each in all_recipes() if expects(each.path, data)]
    trials = [trial(name, data) for name in names]
    if not trials:
        raise RequestError(f"no recipe expects anything of {data}; name the recipes to train")
    if report is not None:
        Results.read(report)  # or training would come before the refusal
    minutes = sum(each.cpu_minutes or 0 for each in trials) * seeds
    log.info(
        f"{', '.join(each.recipe for each in trials)}: {seeds} seed(s) each on {data}, about {minutes:.0f} "
        "minutes of two cores if all is new"
    )
    backend.load()
    from aecli.reports.reproduction.reproduce import reproduce

    outcomes = reproduce(trials, seeds, runs_dir, nll_samples, probe_samples, typed())
    lines = [line for outcome in outcomes for line in outcome.lines]
    print_table(COLUMNS, cells(lines))
    if report is not None:
        write_results(outcomes, typed(), report)
        log.info(f"Written to {report}")
    if any(line.verdict is Verdict.DRIFT for line in lines):
        raise typer.Exit(1)
