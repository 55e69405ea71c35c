"""SWEEP.yaml → a checked sweep."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aecli.config.load import check, nearest, validate
from aecli.config.overrides import Override, apply
from aecli.config.plugins import load_named_plugins
from aecli.config.problems import Location, Path_, Problem, Problems
from aecli.config.recipes import find_config
from aecli.config.yaml_text import Document, parse, read_text
from aecli.core.errors import ConfigError
from aecli.sweeps.contradictions import contradictions
from aecli.sweeps.ranges import KINDS, Range
from aecli.sweeps.sweep import Sweep, SweepOptions

SHARE_HELD_OUT = 0.1
"""Of the training samples, where the base holds out none."""


def is_sweep(path: Path) -> bool:
    """Whether a file says that it is a sweep and no config; what can't be read is none.

    Args:
        path: A YAML file, or anything else.
    """
    try:
        plain = parse(read_text(path), str(path)).data
    except ConfigError:
        return False
    return isinstance(plain, dict) and "search" in plain


def open_sweep(path: Path, name: str, overrides: Sequence[Override] = (), trials: int | None = None) -> Sweep:
    """Reads and checks a sweep.

    Args:
        path: A SWEEP.yaml.
        name: What the sweep is called.
        overrides: Values that win over the base's.
        trials: How many trials there are in all; the file's number by default.

    Raises:
        RequestError: It is wrong; the message names every mistake and its place.
    """
    document, source = parse(read_text(path), str(path)), str(path)
    if not isinstance(document.data, dict):
        raise Problems([Problem(Location(source, 1, 1), (), "this isn't a sweep: it has no 'base:'")]).error()
    if trials is not None:
        document = apply(document, [Override(("trials",), trials, f"--trials {trials}")])
    problems = Problems()
    options = validate(SweepOptions, document.data, document, source, problems)
    if options is None:
        raise problems.error()
    base, base_source, plugins = _base(options, document, path, overrides)
    data = check(base, base_source, overrides).config.data
    if data.validation_split or data.can_hold_out:
        own = []
    else:
        own = [Override(("data", "validation_split"), SHARE_HELD_OUT, f"{source}: held out for the sweep")]
    ranges = {name: _range(name, plain, document, source, problems) for name, plain in options.search.items()}
    right = {name: found for name, found in ranges.items() if found is not None}
    sweep = Sweep(options, right, base, (*overrides, *own), base_source, name, plugins)
    for at, message in contradictions(sweep, overrides):
        problems.append(Problem(nearest(at, document.keys, source), at, message))
    if problems:
        raise problems.error()
    return sweep


def _base(
    options: SweepOptions, document: Document, path: Path, overrides: Sequence[Override]
) -> tuple[Document, str, tuple[Path, ...]]:
    """The base's document with the overrides, what it is called, and the plugins that it names."""
    if isinstance(options.base, dict):
        inner, source, folder = _section(document, ("base",)), str(path), path
    else:
        beside = path.parent / options.base
        folder = beside if beside.is_file() else find_config(options.base)
        inner, source = parse(read_text(folder), str(folder)), str(folder)
    load_named_plugins(inner.data, folder, overrides)
    named = inner.data.get("plugins", ()) if isinstance(inner.data, dict) else ()
    plugins = tuple(folder.absolute().parent / Path(name).expanduser() for name in named)
    if isinstance(inner.data, dict):
        for said in ("plugins", "expect"):  # what isn't trained
            inner.data.pop(said, None)
    return inner, source, plugins


def _section(document: Document, at: Path_) -> Document:
    """A part of a document as one of its own."""
    data: Any = document.data
    for step in at:
        data = data[step]
    cut = len(at)
    values = {path[cut:]: place for path, place in document.values.items() if path[:cut] == at}
    keys = {path[cut:]: place for path, place in document.keys.items() if path[:cut] == at and path != at}
    return Document(data, values, keys)


def _range(name: str, plain: Any, document: Document, source: str, problems: Problems) -> Range | None:
    """A range, by the key that tells its kind; None if it is none, or an impossible one."""
    at = ("search", name)
    kinds = (KINDS[key] for key in KINDS if isinstance(plain, dict) and key in plain)
    if kind := next(kinds, None):
        return validate(kind, plain, document, source, problems, at)
    message = f"says none of {', '.join(KINDS)}; for example {{choice: [1, 2]}}"
    problems.append(Problem(nearest(at, document.keys, source), at, message))
    return None
