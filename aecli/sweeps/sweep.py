"""What a sweep is: a base config, what of it is searched, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, NonNegativeFloat, PositiveInt

from aecli.config.load import check
from aecli.config.overrides import Override
from aecli.config.schema import Config
from aecli.config.yaml_text import Document
from aecli.core.options import Options
from aecli.sweeps.ranges import Parameter, Range
from aecli.training.history import PREFIXES

HELD_OUT = PREFIXES["validation"]
"""How the names of metrics begin that a sweep may minimise."""


class Resources(Options):
    """What a trial takes of a cluster's machines."""

    cpus: PositiveInt = 1
    """Cores."""

    gpus: NonNegativeFloat = 0.0
    """Graphics processors; 0.5 puts two trials on one."""


class SweepOptions(Options):
    """The contents of a SWEEP.yaml."""

    base: str | dict[str, Any]
    """What is varied: the name of a recipe, a config's file (relative to this one), or a config written out."""

    search: Annotated[dict[str, Any], Field(min_length=1)]
    """What is searched: dotted options of the base, each with a range."""

    metric: str = "val_reconstruction"
    """What is minimised: a loss of the held-out samples, as metrics.csv names it."""

    trials: PositiveInt
    """How many trials there are in all."""

    sampler: Literal["tpe", "random", "grid"] = "tpe"
    """Where the next trial's values come from: the good ones so far (Bergstra et al., 2011), chance, or one after
    another."""

    pruner: Literal["none", "median", "hyperband"] = "none"
    """What ends a trial before its last epoch: nothing, being worse than the median of the others at that epoch,
    or successive halving (Li et al., 2018)."""

    seeds: PositiveInt = 1
    """How many seeds of each trial are trained; their mean counts."""

    resources: Resources = Field(default_factory=Resources)
    """What a trial takes of a cluster's machines."""


@dataclass(frozen=True)
class Sweep:
    """A checked sweep.

    Attributes:
        options: What the file says.
        ranges: The searched settings, by dotted name.
        base: The base as it was read.
        overrides: Values that win over the base's: the command line's, and what the sweep itself sets.
        source: What the base is called in messages.
        name: What the sweep is called.
        plugins: The plugins' files that the base names.
    """

    options: SweepOptions
    ranges: dict[str, Range]
    base: Document
    overrides: tuple[Override, ...]
    source: str
    name: str
    plugins: tuple[Path, ...] = ()

    def config(self, values: Mapping[str, Any]) -> Config:
        """The base with values for searched settings.

        Raises:
            ConfigError: They don't go together.
        """
        searched = [Override(tuple(name.split(".")), value, name) for name, value in values.items()]
        return check(self.base, self.source, [*self.overrides, *searched]).config

    def require_data(self) -> None:
        """Makes sure that the files that the base names are there.

        Raises:
            ConfigError: Some aren't.
        """
        check(self.base, self.source, self.overrides).require_data()

    def of_grid(self, number: int) -> dict[str, Parameter]:
        """A combination of values that can be counted, from 0; the last setting moves fastest."""
        found = {}
        for name, searched in reversed(self.ranges.items()):
            values = searched.grid or []
            number, place = divmod(number, len(values))
            found[name] = values[place]
        return {name: found[name] for name in self.ranges}

    @property
    def trials(self) -> int:
        """How many there are in all; a grid may have fewer than were asked for."""
        if self.options.sampler != "grid":
            return self.options.trials
        return min(self.options.trials, prod(len(searched.grid or []) for searched in self.ranges.values()))

    @property
    def plain(self) -> dict[str, Any]:
        """The sweep as its folder keeps it: with the whole base, and all defaults written out."""
        return {**self.options.model_dump(mode="json"), "base": self.config({}).model_dump(mode="json")}
