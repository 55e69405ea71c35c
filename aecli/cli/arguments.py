"""Options that several commands take."""

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from aecli.cli.completion import complete_recipe, complete_run
from aecli.core import log


def _load_plugins(paths: list[Path] | None) -> list[Path] | None:
    """Loads plugins while the command line is read, before anything that needs them."""
    if paths:
        from aecli.config.plugins import load_plugin

        for path in paths:
            load_plugin(path)
    return paths


def be_quiet(quiet: bool) -> bool:
    """Sets what is shown while the command line is read, before anything is said."""
    log.start(quiet)
    return quiet


ConfigArgument = Annotated[
    str,
    typer.Argument(
        metavar="CONFIG",
        help="A YAML file, or the name of a recipe (aecli list configs).",
        autocompletion=complete_recipe,
    ),
]
RunArgument = Annotated[
    str,
    typer.Argument(
        metavar="RUN",
        help="A run's folder, its id, a unique beginning of one, or 'latest'.",
        autocompletion=complete_run,
    ),
]
RunsArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="RUN...",
        help="Runs: their folders, ids, unique beginnings of them, or 'latest'.",
        autocompletion=complete_run,
    ),
]
WhereOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="CONDITION",
        # Without a '>', up to which help would be coloured from the '<' on.
        help="Only runs of which this holds: 'model.type == conv', 'test < 0.1', 'tag == good'. A setting, a metric, "
        "status, name or tag, compared as in Python. Repeatable.",
    ),
]
RunsDirOption = Annotated[
    Path, typer.Option("--runs-dir", envvar="AECLI_RUNS_DIR", help="The folder of all runs.")
]
RUNS_DIR = Path("runs")
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Set an option: model.filters=[8,4]. Repeatable."),
]
QuietOption = Annotated[
    bool,
    typer.Option("--quiet", "-q", callback=be_quiet, is_eager=True, help="No progress messages."),
]
OverwriteOption = Annotated[
    bool,
    typer.Option("--overwrite", help="Write into a folder that isn't empty, over files of the same names."),
]
InputArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUT...",
        help="Images, folders, patterns ('a/*.png'); or one .npy or .npz file (x.npz:NAME picks an array).",
    ),
]
FolderOption = Annotated[Path, typer.Option("--output", "-o", help="The folder for the results.")]
LabelOption = Annotated[
    str | None,
    typer.Option("--label", help="What all of them show, for a run with a condition (model.condition)."),
]
PluginOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--plugin",
        metavar="FILE",
        callback=_load_plugins,
        help="A Python file with a model, a metric, … of your own; it is run. Repeatable.",
    ),
]


def typed() -> str:
    """The command as it was typed, for the record of a run."""
    return shlex.join(["aecli", *sys.argv[1:]])
