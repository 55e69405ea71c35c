"""`aecli list`: what there is to choose from."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from aecli.cli.output import print_table
from aecli.config.plugins import origin_of
from aecli.config.recipes import recipes
from aecli.core.options import Registry
from aecli.data.corruption import CORRUPTIONS
from aecli.data.sources.source import DATA_SETS
from aecli.export.formats.format import FORMATS
from aecli.models.latents.latent import LATENTS
from aecli.models.networks.network import NETWORKS
from aecli.objectives.objective import OBJECTIVES


class What(StrEnum):
    """What can be listed."""

    MODELS = "models"
    NETWORKS = "networks"
    LATENTS = "latents"
    OBJECTIVES = "objectives"
    CORRUPTIONS = "corruptions"
    DATASETS = "datasets"
    CONFIGS = "configs"
    FORMATS = "formats"


REGISTRIES: dict[What, Registry[Any]] = {
    What.NETWORKS: NETWORKS,
    What.LATENTS: LATENTS,
    What.OBJECTIVES: OBJECTIVES,
    What.CORRUPTIONS: CORRUPTIONS,
    What.DATASETS: DATA_SETS,
    What.FORMATS: FORMATS,
}
WORDS = {
    What.NETWORKS: "network (model.type)",
    What.LATENTS: "latent (model.latent.type)",
    What.OBJECTIVES: "objective (objective.type)",
}
"""What a model is put together from, one of each."""


def command(what: Annotated[What, typer.Argument(help="What to list.")] = What.MODELS) -> None:
    """List what there is to choose from, one line each: by default networks, latents and objectives.

    These three words make a model: any network goes with any latent, and with each objective that the latent can
    serve. 'configs' are the recipes that ship with aecli.
    """
    if what is What.CONFIGS:
        print_table(["name", "what it is"], [[recipe.name, recipe.summary] for recipe in recipes()])
    elif what is What.MODELS:
        for registry, heading in WORDS.items():
            print_table([heading, "what it is"], _rows(registry))
    else:
        print_table(["name", "what it is"], _rows(what))


def _rows(what: What) -> list[list[str]]:
    return [[name, _summary(entry)] for name, entry in REGISTRIES[what].items()]


def _summary(entry: type) -> str:
    """What it is, and from where if it isn't one of aecli's own."""
    origin = origin_of(entry)
    return (entry.__doc__ or "").split("\n")[0] + (f" (from {origin})" if origin else "")
