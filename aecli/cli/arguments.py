"""Options that several commands take."""

from pathlib import Path
from typing import Annotated

import typer

ConfigArgument = Annotated[
    str, typer.Argument(metavar="CONFIG", help="A YAML file, or the name of a recipe (aecli list configs).")
]
RunArgument = Annotated[
    str, typer.Argument(metavar="RUN", help="A run's folder, its id, a unique beginning of one, or 'latest'.")
]
RunsDirOption = Annotated[
    Path, typer.Option("--runs-dir", envvar="AECLI_RUNS_DIR", help="The folder of all runs.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Set an option: model.filters=[8,4]. Repeatable."),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress messages.")]
OverwriteOption = Annotated[
    bool,
    typer.Option("--overwrite", help="Write into a folder that isn't empty, over files of the same names."),
]
InputArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUT...",
        help="Pictures, folders, patterns ('a/*.png'); or one .npy or .npz file (x.npz:NAME picks an array).",
    ),
]


def _load_plugins(paths: list[Path] | None) -> list[Path] | None:
    """Loads plugins while the command line is read, before anything that needs them."""
    from aecli.plugins import load_plugin

    for path in paths or []:
        load_plugin(path)
    return paths


PluginOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--plugin",
        metavar="FILE",
        callback=_load_plugins,
        help="A Python file with a model family of your own; it is run. Repeatable.",
    ),
]
RUNS_DIR = Path("runs")
