"""A run's config as text by dotted name: what runs are compared, chosen and sorted by."""

from __future__ import annotations

import re
from collections.abc import Hashable
from functools import lru_cache
from typing import Any

from aecli.config.yaml_text import MAX_DEPTH, dump_value, parse, read_text
from aecli.core.errors import ConfigError
from aecli.runs.folder import RunFolder

NOT_SETTINGS = ("training.execution.", "expect")
"""What a config holds that doesn't change what is trained."""

Settings = dict[str, str]
"""A config as text by dotted name."""

_LINE = re.compile(r"((?:  )*)(?!(?:null|true|false):)([a-z_]\w*):(?: ((?!---|\.\.\.)[\w.~/\"'\[{+-].*))?")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]+(e[-+][0-9]+)?)?")


def read_settings(folder: RunFolder) -> Settings:
    """The settings of a run's `config.yaml`.

    Raises:
        ConfigError: It can't be read, or isn't YAML.
    """
    text = read_text(folder.config)
    quick = _line_by_line(text)
    return flat(parse(text, str(folder.config)).data) if quick is None else quick


def flat(section: Any, prefix: str = "") -> Settings:
    """Nested settings → text by dotted name."""
    found: Settings = {}
    for key, value in section.items() if isinstance(section, dict) else ():
        name = f"{prefix}{key}"
        if name.startswith(NOT_SETTINGS):
            continue
        if isinstance(value, dict):
            found |= flat(value, f"{name}.")
        else:
            found[name] = _text(type(value), value) if isinstance(value, Hashable) else dump_value(value)
    return found


@lru_cache(maxsize=4096)
def _text(kind: type, value: Hashable) -> str:
    """A value as text; runs share most of theirs. Its type counts, since 1, 1.0 and true are equal."""
    return dump_value(value)


def _line_by_line(text: str) -> Settings | None:
    """The settings of a config that stands as `dump` writes it, each on a line; None where it doesn't.

    Runs share most of their lines, which are read once; the parser, which knows the place of everything, takes
    twenty times as long.
    """
    found: Settings = {}
    names: set[str] = set()
    sections = [""]
    is_open = False
    for line in text.removesuffix("\n").split("\n"):
        read = _line(line)
        if read is None:
            return None
        depth, key, value = read
        deepest = len(sections) - 1
        if depth > deepest or (is_open and depth < deepest):
            return None
        del sections[depth + 1 :]
        name = sections[depth] + key
        if name in names:
            return None
        names.add(name)
        is_open = value is None
        if value is None:
            sections.append(f"{name}.")
        elif value and not name.startswith(NOT_SETTINGS):
            found[name] = value
    return None if is_open else found


@lru_cache(maxsize=16_384)
def _line(line: str) -> tuple[int, str, str | None] | None:
    """A line's depth, its key, and its value as `flat` has it: None opens a section, an empty one is that of `{}`.

    Returns:
        None where the line doesn't stand for itself.
    """
    match = _LINE.fullmatch(line)
    depth = len(match[1]) // 2 if match else MAX_DEPTH
    if match is None or depth >= MAX_DEPTH - 1 or not line.isprintable():
        return None
    key, value = match[2], match[3]
    if value is None or _NUMBER.fullmatch(value):
        return depth, key, value
    try:
        data = parse(value, "").data
    except ConfigError:
        return None
    if isinstance(data, dict) or (isinstance(data, list) and value[0] != "["):
        return (depth, key, "") if value == "{}" else None
    return depth, key, dump_value(data)
