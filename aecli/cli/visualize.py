"""`aecli visualize`: a run's figures, drawn again from its folder."""

from typing import Annotated

import typer

from aecli.cli.arguments import RUNS_DIR, PluginOption, RunArgument, RunsDirOption
from aecli.cli.completion import complete_figure
from aecli.cli.output import show
from aecli.core.errors import RequestError
from aecli.runs.opened import open_run


def command(
    run: RunArgument,
    samples: Annotated[int, typer.Option(min=1, max=100, help="How many test samples to show.")] = 10,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="Draw just this figure. Repeatable.", autocompletion=complete_figure
        ),
    ] = None,
    projection: Annotated[str, typer.Option(help="How codes come into the plane: pca or tsne.")] = "pca",
    gif: Annotated[
        bool, typer.Option("--gif", help="Write the interpolation and the evolution as GIFs too.")
    ] = False,
    plugin: PluginOption = None,
    runs_dir: RunsDirOption = RUNS_DIR,
) -> None:
    """Redraw a run's figures from its folder."""
    if projection not in ("pca", "tsne"):
        raise RequestError(f"--projection {projection}: must be pca or tsne")
    opened = open_run(run, runs_dir)
    from aecli.experiment.draw import draw_figures

    drawn = draw_figures(opened, samples=samples, only=only or (), tsne=projection == "tsne", gif=gif)
    for path in drawn:
        show(path)
    if not drawn:
        raise typer.Exit(1)
