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
RUNS_DIR = Path("runs")
