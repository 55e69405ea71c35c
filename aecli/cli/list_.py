"""`aecli list`: what there is to choose from."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from aecli.options import Registry


class What(StrEnum):
    """What can be listed."""

    MODELS = "models"
    DATASETS = "datasets"
    CONFIGS = "configs"
    FORMATS = "formats"


def command(what: Annotated[What, typer.Argument(help="What to list.")]) -> None:
    """List models, data sets, configs or export formats, one line each."""
    from aecli.cli.output import print_table

    print_table(["name", "what it is"], [[name, summary] for name, summary in _entries(what)])


def _entries(what: What) -> list[tuple[str, str]]:
    if what is What.CONFIGS:
        from aecli.config.recipes import recipes

        return [(recipe.name, recipe.summary) for recipe in recipes()]
    from aecli.data.sources.source import DATA_SETS
    from aecli.exports.formats.format import FORMATS
    from aecli.models.spec import MODELS

    registries: dict[What, Registry[Any]] = {
        What.MODELS: MODELS,
        What.DATASETS: DATA_SETS,
        What.FORMATS: FORMATS,
    }
    return [(name, (entry.__doc__ or "").split("\n")[0]) for name, entry in registries[what].items()]
