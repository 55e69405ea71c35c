"""Things of a user's own, such as a network, from a Python file or an installed package.

A plugin is a program: it is run because a user names it, on the command line or in a config of theirs, or has
installed it, and never because a run folder does.
"""

from __future__ import annotations

import hashlib
import logging
import shlex
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import BaseModel, ConfigDict

from aecli.config.overrides import Override
from aecli.config.schema import Config, chosen, rebuild
from aecli.core.errors import ConfigError, RequestError, RunError
from aecli.core.files import read_whole
from aecli.core.options import Registry
from aecli.core.text import printable

log = logging.getLogger(__name__)

MAX_BYTES = 2**24
"""What the source of a plugin may take."""

_ATTRIBUTE = "__aecli_plugin__"
"""Where a module that was loaded by this one says which file it is."""


class PluginFile(BaseModel):
    """A user's file."""

    model_config = ConfigDict(use_attribute_docstrings=True, frozen=True, extra="forbid")

    path: str
    """Its whole path."""
    sha256: str
    """The hash of what is in it."""

    def __str__(self) -> str:
        """As a message names it."""
        return printable(self.path, 300)


class Package(BaseModel):
    """An installed package."""

    model_config = ConfigDict(use_attribute_docstrings=True, frozen=True, extra="forbid")

    package: str
    """Its name."""
    version: str
    """Its version."""

    def __str__(self) -> str:
        """As a message names it."""
        return printable(f"{self.package} {self.version}", 300)


class Used(BaseModel):
    """A part of a run's config that isn't aecli's own."""

    model_config = ConfigDict(use_attribute_docstrings=True, frozen=True)

    noun: str
    """What it is: `model`, `data set`, …"""
    name: str
    """What a config calls it."""
    origin: PluginFile | Package
    """Where it comes from."""

    def __str__(self) -> str:
        """As a message names it."""
        return f"its {printable(self.noun)} '{printable(self.name)}'"


def load_plugin(path: Path) -> None:
    """Runs a plugin, and makes what it registers known.

    What was loaded is loaded once; a file that has changed since is loaded anew.

    Raises:
        RequestError: It can't be read, is wrong, or registers a name that is taken; nothing of it is kept.
    """
    path = path.expanduser().absolute()
    content = _content(path)
    written = str(path).encode(errors="backslashreplace").decode()  # a path may hold bytes that aren't text
    plugin = PluginFile(path=written, sha256=hashlib.sha256(content).hexdigest())
    name = f"aecli_plugin_{hashlib.sha256(str(path).encode(errors='surrogateescape')).hexdigest()[:12]}"
    if getattr(sys.modules.get(name), _ATTRIBUTE, None) == plugin:
        return
    Registry.forget(name)
    module = ModuleType(name)
    module.__file__ = str(path)
    setattr(module, _ATTRIBUTE, plugin)
    sys.modules[name] = module
    try:
        exec(compile(content, str(path), "exec"), module.__dict__)  # noqa: S102 - that is what a plugin is
        if name not in Registry.modules():
            raise RequestError(
                f"{path}: registers nothing; is there an @aecli.NETWORKS.register, or another one?"
            )
        rebuild()
    except (Exception, SystemExit) as error:
        Registry.forget(name)
        del sys.modules[name]
        rebuild()
        raise error if isinstance(error, RequestError) else RequestError(_complaint(error, path)) from error


def load_named_plugins(data: Any, config: Path, overrides: Sequence[Override]) -> None:
    """Loads the plugins that a config names, relative to its own folder, and says so.

    The config of a run folder is other people's input, and has nothing loaded.

    Args:
        data: What the config's file holds, unchecked.
        config: The file, which the user named.
        overrides: Values from the command line, which can name no plugin.

    Raises:
        RequestError: A plugin can't be loaded, or the config lies in a run folder.
    """
    for override in overrides:
        if override.path[0] == "plugins":
            raise RequestError(f"{override.flag}: on the command line, a plugin is given as --plugin FILE")
    names = data.get("plugins") if isinstance(data, dict) else None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return  # what is wrong with it, the check of the whole config says
    if names and (config.parent / "run.json").exists():
        raise ConfigError(
            f"{config}: names the plugin {printable(names[0])}, and lies in a run folder, from which none is "
            f"loaded unasked. If you trust it: --plugin {shlex.quote(printable(names[0]))}"
        )
    for name in names:
        path = config.absolute().parent / Path(name).expanduser()
        log.info(f"Loading the plugin {path}, which {config} names")
        load_plugin(path)


def origin_of(entry: Any) -> PluginFile | Package | None:
    """Where a class or a function that is registered comes from; None if it is one of aecli's own."""
    module = entry.__module__
    if module in Registry.packages:
        name, version = Registry.packages[module]
        return Package(package=name, version=version)
    return getattr(sys.modules.get(module), _ATTRIBUTE, None)


def used_plugins(config: Config) -> list[Used]:
    """The parts of a config that aren't aecli's own."""
    return [
        Used(noun=registry.noun, name=getattr(section, registry.tag), origin=origin)
        for registry, section in chosen(config)
        if (origin := origin_of(type(section)))
    ]


def require_plugins(run: str, plugins: Sequence[Used]) -> None:
    """Makes sure that all that a run's config is made of is known.

    Args:
        run: The run's id.
        plugins: What isn't aecli's own, as its record says.

    Raises:
        RunError: Something comes from a plugin that isn't loaded; the message says from which.
    """
    registries = {registry.noun: registry for registry in Registry.every}
    for used in plugins:
        if used.noun in registries and used.name in registries[used.noun]:
            continue
        if isinstance(used.origin, Package):
            raise RunError(f"{run}: {used} comes from the package {used.origin}, which must be installed")
        raise RunError(
            f"{run}: {used} comes from a plugin, and none is loaded from a run folder "
            f"unasked. If you trust it: --plugin {shlex.quote(str(used.origin))}"
        )


def warn_of_change(run: str, plugins: Sequence[Used], config: Config) -> None:
    """Warns if a part of a run's config comes from somewhere else than when the run was trained."""
    here = {(used.noun, used.name): used.origin for used in used_plugins(config)}
    for used in plugins:
        now = here.get((used.noun, used.name))
        if isinstance(now, PluginFile) and isinstance(used.origin, PluginFile):
            if now.sha256 != used.origin.sha256:
                log.warning(f"{now}: isn't the plugin that {run} was trained with, or has changed since")
        elif now != used.origin:
            log.warning(
                f"{run} was trained with {used} of {used.origin}; here it is that of {now or 'aecli'}"
            )


def _content(path: Path) -> bytes:
    try:
        return read_whole(path, MAX_BYTES)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise RequestError(f"{printable(str(path), 300)}: this plugin can't be read: {reason}") from error


def _complaint(error: BaseException, path: Path) -> str:
    """What is wrong with a plugin, with its line."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f"{path}:{error.lineno}: the plugin is no Python: {error.msg}"
    lines = [
        frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)
    ]
    place = f"{path}:{lines[-1]}" if lines else str(path)
    reason = str(error).strip().splitlines()
    said = f"{type(error).__name__}: {reason[0]}" if reason else type(error).__name__
    return f"{place}: the plugin can't be loaded: {said}"
