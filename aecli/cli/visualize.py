"""`aecli visualize`: a run's figures, drawn again from its folder."""

from typing import Annotated

import typer

from aecli.cli.arguments import RUNS_DIR, PluginOption, RunArgument, RunsDirOption


def command(
    run: RunArgument,
    samples: Annotated[int, typer.Option(min=1, max=100, help="How many test images to show.")] = 10,
    only: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Draw just this figure. Repeatable.")
    ] = None,
    projection: Annotated[str, typer.Option(help="How codes come into the plane: pca or tsne.")] = "pca",
    plugin: PluginOption = None,
    runs_dir: RunsDirOption = RUNS_DIR,
) -> None:
    """Redraw a run's figures from its folder."""
    from aecli.cli.opening import opened_run
    from aecli.errors import RequestError
    from aecli.messages import Messages
    from aecli.run_folder import find

    if projection not in ("pca", "tsne"):
        raise RequestError(f"--projection {projection}: must be pca or tsne")
    folder = find(run, runs_dir)
    folder.refuse_links()
    messages = Messages()
    opened = opened_run(folder, messages)
    from aecli.pictures import draw_figures

    drawn = draw_figures(
        opened, warn=messages.warn, samples=samples, only=only or (), tsne=projection == "tsne"
    )
    for name in drawn:
        print(folder.figures / f"{name}.png")  # noqa: T201
