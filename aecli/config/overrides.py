"""Values from the command line: `--set model.filters=[8,4]`, `--epochs 3`."""

import copy
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from aecli.config.problems import Location, Path_, Problem, Problems, dotted
from aecli.config.yaml_text import MAX_DEPTH, Document, parse
from aecli.core.text import printable

KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
"""A dotted option."""


@dataclass(frozen=True)
class Override:
    """A value given by a flag.

    Attributes:
        path: The option that it sets.
        value: Its new value.
        flag: The flag as it was typed; messages name it as the value's place.
    """

    path: Path_
    value: Any
    flag: str


def parse_set(assignment: str) -> Override:
    """Parses the argument of `--set`.

    Args:
        assignment: `KEY=VALUE` with a dotted key and a value in YAML: `training.epochs=3`, `corruption=null`.

    Raises:
        ConfigError: It isn't of that form, or the value isn't YAML.
    """
    flag = f"--set {printable(assignment)}"
    key, equals, text = assignment.partition("=")
    if not equals or not KEY.fullmatch(key.strip()):
        message = "expected KEY=VALUE with a dotted key, such as training.epochs=3"
        raise Problems([Problem(Location(flag), (), message)]).error()
    path = tuple(key.strip().split("."))
    if len(path) > MAX_DEPTH:
        raise Problems([Problem(Location(flag), (), f"nested more than {MAX_DEPTH} levels deep")]).error()
    document = parse(text, flag, has_lines=False)
    return Override(path, document.data, flag)


def apply(document: Document, overrides: Sequence[Override]) -> Document:
    """A document with overrides put in.

    Args:
        document: The parsed file; it isn't changed.
        overrides: The values to put in, the last one winning.

    Returns:
        The new document; the place of each overridden value is the flag.

    Raises:
        ConfigError: An override goes through a value that is not a group of options.
    """
    result = copy.deepcopy(document)
    for override in overrides:
        section = result.data
        place = Location(override.flag)
        for depth, step in enumerate(override.path[:-1], start=1):
            if section.get(step) is None:
                section[step] = {}
                result.keys[override.path[:depth]] = result.values[override.path[:depth]] = place
            section = section[step]
            if not isinstance(section, dict):
                message = f"can't be set: {dotted(override.path[:depth])} is not a group of options"
                raise Problems([Problem(place, override.path, message)]).error()
        section[override.path[-1]] = copy.deepcopy(override.value)  # later ones may go into it
        for places in (result.keys, result.values):
            for path in [path for path in places if path[: len(override.path)] == override.path]:
                del places[path]
            places.update(dict.fromkeys(_paths(override.value, override.path), place))
    return result


def _paths(value: Any, path: Path_) -> Iterator[Path_]:
    """The path of a value, and of all that is in it."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in inner:
        yield from _paths(item, (*path, step))
