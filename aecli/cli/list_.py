"""`aecli list`: what there is to choose from."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from aecli.cli.output import print_table
from aecli.config.plugins import origin_of
from aecli.config.recipes import recipes
from aecli.core.options import Registry
from aecli.data.sources.source import DATA_SETS
from aecli.export.formats.format import FORMATS
from aecli.models.spec import MODELS


class What(StrEnum):
    """What can be listed."""

    MODELS = "models"
    DATASETS = "datasets"
    CONFIGS = "configs"
    FORMATS = "formats"


REGISTRIES: dict[What, Registry[Any]] = {
    What.MODELS: MODELS,
    What.DATASETS: DATA_SETS,
    What.FORMATS: FORMATS,
}


def command(what: Annotated[What, typer.Argument(help="What to list.")]) -> None:
    """List models, data sets, configs or export formats, one line each."""
    if what is What.CONFIGS:
        rows = [[recipe.name, recipe.summary] for recipe in recipes()]
    else:
        rows = [[name, _summary(entry)] for name, entry in REGISTRIES[what].items()]
    print_table(["name", "what it is"], rows)


def _summary(entry: type) -> str:
    """What it is, and from where if it isn't one of aecli's own."""
    origin = origin_of(entry)
    return (entry.__doc__ or "").split("\n")[0] + (f" (from {origin})" if origin else "")
