"""Model families of a user's own, from a Python file.

A plugin is a program: it is run because a user names it, on the command line or in a config of theirs, and
never because a run folder does.
"""

from __future__ import annotations

import hashlib
import logging
import shlex
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from aecli.config.overrides import Override
from aecli.core.errors import ConfigError, RequestError, RunError
from aecli.core.files import read_whole
from aecli.core.text import printable
from aecli.models.spec import MODELS, ModelSpec

log = logging.getLogger(__name__)

MAX_BYTES = 2**24
"""What the source of a plugin may take."""

_ATTRIBUTE = "__aecli_plugin__"
"""Where a module that was loaded by this one says which file it is."""


@dataclass(frozen=True)
class Plugin:
    """A plugin's file.

    Attributes:
        path: Its whole path.
        sha256: The hash of what is in it.
    """

    path: str
    sha256: str

    def to_json(self) -> dict[str, str]:
        """As plain data, for `run.json`."""
        return {"path": self.path, "sha256": self.sha256}


def load_plugin(path: Path) -> Plugin:
    """Runs a plugin, and makes the model families that it registers known.

    What was loaded is loaded once; a file that has changed since is loaded anew.

    Raises:
        RequestError: It can't be read, is wrong, or registers a name that is taken; nothing of it is kept.
    """
    path = path.expanduser().absolute()
    content = _content(path)
    plugin = Plugin(str(path), hashlib.sha256(content).hexdigest())
    name = f"aecli_plugin_{hashlib.sha256(str(path).encode(errors='surrogateescape')).hexdigest()[:12]}"
    if getattr(sys.modules.get(name), _ATTRIBUTE, None) == plugin:
        return plugin
    MODELS.forget(name)
    module = ModuleType(name)
    module.__file__ = str(path)
    setattr(module, _ATTRIBUTE, plugin)
    sys.modules[name] = module
    try:
        exec(compile(content, str(path), "exec"), module.__dict__)  # noqa: S102 - that is what a plugin is
        _rebuild_config()
    except (Exception, SystemExit) as error:
        MODELS.forget(name)
        del sys.modules[name]
        _rebuild_config()
        raise RequestError(_complaint(error, path)) from error
    if not any(family.__module__ == name for _, family in MODELS.items()):
        raise RequestError(f"{path}: registers no model family; does its class have @aecli.MODELS.register?")
    return plugin


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


def plugin_of(model: ModelSpec) -> Plugin | None:
    """The plugin that a model family comes from; None if it is one of aecli's own."""
    return getattr(sys.modules.get(type(model).__module__), _ATTRIBUTE, None)


def require_plugin(run: str, model: str, plugin: dict[str, str] | None) -> None:
    """Makes sure that a run's model family is known.

    Args:
        run: The run's id.
        model: The family's name.
        plugin: The plugin that it comes from, as its record says; None if it is one of aecli's own.

    Raises:
        RunError: It comes from a plugin that isn't loaded; the message says which.
    """
    if plugin is None or model in MODELS:
        return
    path = printable(str(plugin.get("path")), 300)
    raise RunError(
        f"{run}: its model '{printable(model)}' comes from a plugin, and none is loaded from a run folder "
        f"unasked. If you trust it: --plugin {shlex.quote(path)}"
    )


def warn_of_change(run: str, plugin: dict[str, str] | None, model: ModelSpec) -> None:
    """Warns if a run's model family comes from another file than the one it was trained with."""
    there = plugin_of(model)
    if plugin is not None and there is not None and there.sha256 != plugin.get("sha256"):
        log.warning(f"{there.path}: isn't the plugin that {run} was trained with, or has changed since")


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


def _rebuild_config() -> None:
    """Makes the check of configs know the model families that there are now."""
    schema: Any = sys.modules.get("aecli.config.schema")
    if schema is not None:
        schema.Config.model_rebuild(force=True)
