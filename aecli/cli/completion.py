"""What a shell may complete: recipes, runs, metrics and figures by name. Imports nothing heavy."""

import glob
from pathlib import Path

import typer

from aecli.config.recipes import recipes
from aecli.core.errors import AecliError
from aecli.runs.folder import RunFolder
from aecli.runs.lookup import find, runs_in

NEWEST = 20
"""Of so many runs the metrics are offered."""


def complete_recipe(incomplete: str) -> list[str]:
    """Recipes that begin so."""
    return [recipe.name for recipe in recipes() if recipe.name.startswith(incomplete)]


def complete_run(ctx: typer.Context, incomplete: str) -> list[str]:
    """Runs of the folder of runs that begin so, newest first, and `latest`."""
    names = ["latest", *(folder.id for folder in _runs(ctx))]
    return [name for name in names if name.startswith(incomplete)]


def complete_metric(ctx: typer.Context, incomplete: str) -> list[str]:
    """Metrics of the newest runs that begin so."""
    from aecli.reports.comparison.compared import read_run

    names = dict.fromkeys(name for folder in _runs(ctx)[:NEWEST] for name in read_run(folder).metrics)
    return [name for name in names if name.startswith(incomplete)]


def complete_figure(ctx: typer.Context, incomplete: str) -> list[str]:
    """Figures of the run that was named, that begin so."""
    # Before an option that still lacks its value, the arguments aren't told apart yet.
    run = ctx.params.get("run") or next(iter(ctx.args), "latest")
    try:
        drawn = find(run, _runs_dir(ctx)).figures.glob(f"{glob.escape(incomplete)}*.png")
        return sorted(path.stem for path in drawn)
    except (AecliError, OSError):
        return []


def _runs_dir(ctx: typer.Context) -> Path:
    return Path(ctx.params.get("runs_dir") or "runs")


def _runs(ctx: typer.Context) -> list[RunFolder]:
    """The runs; none where they can't be read, since a shell that completes has no place for errors."""
    try:
        return runs_in(_runs_dir(ctx))
    except (AecliError, OSError):
        return []
