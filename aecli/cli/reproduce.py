"""`aecli reproduce`: do the recipes still reach what they claim?"""

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from aecli.cli.arguments import RUNS_DIR, PluginOption, RunsDirOption


def command(
    recipes: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="RECIPE...", help="Recipes; by default all that expect something of the data."
        ),
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds of each to train.")] = 1,
    data: Annotated[
        str, typer.Option(help="The data set: mnist, or mnist5k, which needs no network.")
    ] = "mnist",
    nll_samples: Annotated[int, typer.Option(min=0, help="Draws an image for a VAE's likelihood.")] = 100,
    report: Annotated[
        Path | None, typer.Option(help="Write the results with their pictures as Markdown: docs/RESULTS.md.")
    ] = None,
    plugin: PluginOption = None,
    runs_dir: RunsDirOption = RUNS_DIR,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the table alone.")] = False,
) -> None:
    """Train recipes, measure them, and compare with what they should reach; exit code 1 if they don't.

    What already ran to its end with the same config, data and version isn't trained again, so that this
    can be stopped and started.
    """
    from aecli.cli.output import print_table
    from aecli.config.recipes import find_config
    from aecli.config.recipes import recipes as all_recipes
    from aecli.errors import RequestError
    from aecli.messages import Messages
    from aecli.plugins import load_plugins_of
    from aecli.reproduction.table import COLUMNS, cells
    from aecli.reproduction.trials import expects, trial
    from aecli.reproduction.verdicts import Verdict

    paths = [find_config(name) for name in recipes] if recipes else [each.path for each in all_recipes()]
    messages = Messages(quiet)
    for path in paths:
        load_plugins_of(path, (), messages.say)
    if not recipes:
        paths = [path for path in paths if expects(path, data)]
    trials = [trial(path, data) for path in paths]
    if not trials:
        raise RequestError(f"no recipe expects anything of {data}; name the recipes to train")
    minutes = sum(each.cpu_minutes or 0 for each in trials) * seeds
    names = ", ".join(each.recipe for each in trials)
    messages.say(
        f"{names}: {seeds} seed(s) each on {data}, about {minutes:.0f} minutes of two cores if all is new"
    )
    from aecli import backend

    backend.load()
    from aecli.reproduction.reproduce import reproduce

    typed = shlex.join(["aecli", *sys.argv[1:]])
    outcomes = reproduce(trials, seeds, runs_dir, nll_samples, typed, quiet)
    lines = [line for outcome in outcomes for line in outcome.lines]
    print_table(COLUMNS, cells(lines))
    if report is not None:
        from aecli.reproduction.results import write_results

        write_results(outcomes, data, typed, report)
        messages.say(f"Written to {report}")
    if any(line.verdict is Verdict.DRIFT for line in lines):
        raise typer.Exit(1)
