"""YAML file and flags → a checked `Config`, with where each of its values came from."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from aecli.config.explain import explain
from aecli.config.overrides import Override, apply
from aecli.config.plugins import load_named_plugins
from aecli.config.problems import Location, Path_, Problem, Problems
from aecli.config.recipes import find_config
from aecli.config.schema import Config, contradictions, with_default_tags, without_left_behind
from aecli.config.yaml_text import Document, parse, read_text
from aecli.core.options import Options

T = TypeVar("T", bound=Options)


@dataclass(frozen=True)
class Loaded:
    """A config and its origins.

    Attributes:
        config: The checked config.
        origins: Where each value was given, by path; a path that isn't here has its default.
        path: The config's file, if it has one.
    """

    config: Config
    origins: dict[Path_, Location]
    path: Path | None = None

    @property
    def name(self) -> str:
        """What a run of it is called."""
        return "run" if self.path is None else self.path.stem

    def require_data(self) -> Config:
        """The config, once it is sure that the files it names are there.

        A run's own config isn't asked: a run is used without its data.

        Raises:
            ConfigError: Some aren't.
        """
        problems = Problems()
        for option, message in self.config.data.absent():
            path = ("data", option)
            problems.append(Problem(nearest(path, self.origins, "data"), path, message))
        if problems:
            raise problems.error()
        return self.config


def open_config(config: str, overrides: Sequence[Override] = ()) -> Loaded:
    """Opens a config that a user names: finds it, loads the plugins that it names, reads and checks it.

    Args:
        config: A YAML file, or the name of a recipe.
        overrides: Values from the command line, which win over the file's.

    Returns:
        The checked config and where its values came from.

    Raises:
        RequestError: There is none, a plugin can't be loaded, or anything in it is wrong; the message names
            every mistake and its place.
    """
    path = find_config(config)
    document = parse(read_text(path), str(path))
    load_named_plugins(document.data, path, overrides)
    return check(document, str(path), overrides, path)


def load_config(path: Path, overrides: Sequence[Override] = ()) -> Loaded:
    """Reads and checks a config file without loading a plugin: as `open_config` of a file nobody vouches for."""
    return check(parse(read_text(path), str(path)), str(path), overrides, path)


def check(
    document: Document, source: str, overrides: Sequence[Override] = (), path: Path | None = None
) -> Loaded:
    """Checks a parsed document.

    Args:
        document: The parsed YAML.
        source: What the document is called in messages.
        overrides: Values that win over the document's.
        path: Its file, if it has one.

    Returns:
        The checked config and where its values came from.

    Raises:
        ConfigError: As for `load_config`.
    """
    if not isinstance(document.data, dict):
        found = "the file is empty" if document.data is None else "this isn't a mapping"
        message = f"{found}: a config is a mapping that starts with 'model:'"
        raise Problems([Problem(Location(source, 1, 1), (), message)]).error()
    if "search" in document.data and "base" in document.data:
        message = f"this is a sweep and no config: aecli sweep {source}"
        raise Problems([Problem(Location(source, 1, 1), (), message)]).error()
    before, document = document, apply(document, overrides)
    data = without_left_behind(with_default_tags(before.data), with_default_tags(document.data))
    problems = Problems()
    config = validate(Config, data, document, source, problems)
    for at, message in contradictions(config) if config else ():
        problems.append(Problem(nearest(at, document.keys, source), at, message))
    if config is None or problems:
        raise problems.error()
    return Loaded(config, document.values, path)


def validate(
    options: type[T],
    data: dict[str, Any],
    document: Document,
    source: str,
    problems: Problems,
    at: Path_ = (),
) -> T | None:
    """Typed options of plain data; the document supplies the places for the messages.

    Args:
        options: The option class, such as `Config`.
        data: The plain data.
        document: What it was read from.
        source: What the document is called in messages.
        problems: Takes in what is unknown, missing, of the wrong type, or out of range.
        at: Where in the document the data stands.

    Returns:
        The options; None if something is wrong.
    """
    try:
        # Through JSON, because there a list is a list: pydantic's strict mode for Python
        # objects would want a tuple, and its lax mode would take "50" for a number.
        return options.model_validate_json(json.dumps(data))
    except ValidationError as error:
        for inner, message, at_key in explain(error, data, options):
            path, places = (*at, *inner), document.keys if at_key else document.values
            problems.append(Problem(nearest(path, places, source), path, message))
        return None


def nearest(path: Path_, places: dict[Path_, Location], source: str) -> Location:
    """The place of a path, or of the nearest one above it that the file has."""
    while path and path not in places:
        path = path[:-1]
    return places.get(path, Location(source, 1, 1))
