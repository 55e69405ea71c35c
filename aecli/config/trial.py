"""A recipe on a data set: the config to train, what that should reach, and whether a run is one of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aecli.config.expectations import Expectation
from aecli.config.load import load_config, open_config
from aecli.config.overrides import Override
from aecli.config.recipes import recipes
from aecli.config.schema import Config
from aecli.core.errors import RequestError
from aecli.data.sources.source import DataSource


@dataclass(frozen=True)
class Trial:
    """A recipe on a data set.

    Attributes:
        recipe: The recipe's name.
        path: Its file.
        config: Its config on this data, for as many epochs as is expected there; its seed is the first one.
        expectations: What it should reach on this data.
    """

    recipe: str
    path: Path
    config: Config
    expectations: tuple[Expectation, ...]

    def seeded(self, repeat: int) -> Config:
        """The config of a repetition, from 0."""
        return self.config.model_copy(update={"seed": self.config.seed + repeat})

    @property
    def cpu_minutes(self) -> float | None:
        """About how long a run takes; None if the recipe doesn't say."""
        return max((one.cpu_minutes for one in self.expectations if one.cpu_minutes), default=None)


def expects(path: Path, data: str) -> bool:
    """Whether a recipe says what it should reach on a data set."""
    return any(one.data == data for one in load_config(path).config.expect)


def trial(recipe: str, data: str) -> Trial:
    """Prepares a recipe for a data set.

    Args:
        recipe: A recipe's name, or a config's file.
        data: The data set's name. No other takes its place, whatever the recipe's fallback says.

    Raises:
        RequestError: The recipe is wrong, it is for other data alone, or there is no such data set.
    """
    opened = open_config(recipe)
    config, path = opened.config, opened.path
    assert path is not None
    expected = tuple(one for one in config.expect if one.data == data)
    source = config.data.model_dump(mode="json")
    if source["name"] == data:
        source.pop("fallback", None)
    else:
        if config.expect and not expected:
            others = ", ".join(sorted({one.data for one in config.expect}))
            raise RequestError(
                f"{opened.name}: expects nothing of {data}; it is a recipe for {others}: --data {others.split(', ')[0]}"
            )
        kept = [*DataSource.model_fields, *(["binarize"] if source.get("binarize") else [])]
        source = {"name": data} | {name: source[name] for name in kept}
    overrides = [Override(("data",), source, f"--data {data}")]
    for epochs in {one.epochs for one in expected if one.source != "published"}:  # one at most
        overrides += [Override(("training", "epochs"), epochs, "expect.epochs")]
    return Trial(opened.name, path, load_config(path, overrides).config, expected)


def recipe_of(config: Config, data: str) -> Trial | None:
    """The shipped recipe that a run trained, whatever its seed, if something is expected of it.

    Args:
        config: The run's config.
        data: The data set that it was trained on, which may be the config's fallback.
    """
    for recipe in recipes():
        shipped = load_config(recipe.path).config
        if shipped.model == config.model and any(one.data == data for one in shipped.expect):
            expecting = trial(str(recipe.path), data)
            if _trained(expecting.config, data) == _trained(config, data):
                return expecting
    return None


def identity(config: Config) -> dict[str, Any]:
    """What decides a run's result: a config without what is expected, and how the loop is executed."""
    plain = config.model_dump(mode="json")
    plain["training"].pop("execution")
    for key in ("path", "fallback"):  # where the data lies; what it is, its fingerprint says
        plain["data"].pop(key, None)
    return plain


def _trained(config: Config, data: str) -> dict[str, Any]:
    """What decides a result but for chance."""
    plain = identity(config)
    return plain | {"seed": None, "data": plain["data"] | {"name": data}}
