"""`aecli list`: what there is to choose from."""

from enum import StrEnum
from typing import Annotated

import typer


class What(StrEnum):
    """What can be listed."""

    MODELS = "models"
    DATASETS = "datasets"
    CONFIGS = "configs"


def command(what: Annotated[What, typer.Argument(help="What to list.")]) -> None:
    """List models, data sets or configs, one line each."""
    from aecli.cli.output import print_table

    print_table(["name", "what it is"], [[name, summary] for name, summary in _entries(what)])


def _entries(what: What) -> list[tuple[str, str]]:
    if what is What.CONFIGS:
        from aecli.config.recipes import recipes

        return [(recipe.name, recipe.summary) for recipe in recipes()]
    from aecli.data.sources.source import DATA_SETS
    from aecli.models.spec import MODELS

    entries = MODELS.items() if what is What.MODELS else DATA_SETS.items()
    return [(name, (entry.__doc__ or "").split("\n")[0]) for name, entry in entries]
