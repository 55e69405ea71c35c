"""Things by name: aecli's own, those of a user's plugin, and those of installed packages."""

from __future__ import annotations

import logging
from abc import ABC
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any, ClassVar, Generic, TypeVar

log = logging.getLogger(__name__)

GROUP = "aecli.plugins"
"""The entry points by which an installed package names a module that registers things."""

E = TypeVar("E")
F = TypeVar("F", bound=Callable[..., Any])


class Named(ABC, Generic[E]):
    """Entries by name, each of which knows the module that it was registered in.

    Args:
        noun: What an entry is called in messages ("model", "data set").
        package: Dotted name of the package or module that holds aecli's own.
    """

    every: ClassVar[list[Named[Any]]] = []
    """All registries that were made."""

    packages: ClassVar[dict[str, tuple[str, str]]] = {}
    """The installed package, by name and version, that a module with entries belongs to."""

    _asked: ClassVar[bool] = False
    """Whether installed packages were imported."""

    def __init__(self, noun: str, package: str) -> None:
        self.noun = noun
        self._package = package
        self._entries: dict[str, E] = {}
        Named.every.append(self)

    def _add(self, name: str, entry: E) -> E:
        if name in self._entries:
            raise ValueError(f"the name of the {self.noun} '{name}' is taken")
        self._entries[name] = entry
        return entry

    def items(self) -> list[tuple[str, E]]:
        """Every entry, sorted by name; those of installed packages are imported when one is first asked for."""
        if not Named._asked:
            Named._asked = True
            _import_installed()
        return sorted(self._entries.items(), key=lambda item: item[0])

    def __iter__(self) -> Iterator[str]:
        """The names, sorted."""
        return (name for name, _ in self.items())

    def __getitem__(self, name: str) -> E:
        """What is registered under `name`; KeyError if there is none."""
        return dict(self.items())[name]

    @classmethod
    def modules(cls) -> set[str]:
        """The modules that registered anything."""
        return {entry.__module__ for registry in cls.every for entry in registry._entries.values()}

    @classmethod
    def forget(cls, module: str) -> None:
        """Takes out of all registries what a module registered."""
        for registry in cls.every:
            registry._entries = {
                name: entry for name, entry in registry._entries.items() if entry.__module__ != module
            }


class Classes(Named[E]):
    """Classes by name.

    It imports every module of its package when it is first asked, so a file that registers its class is
    found without being listed anywhere. So it is before someone else's class comes in, which can't take
    the name of one of aecli's own.
    """

    _complete = False

    def _add(self, name: str, entry: E) -> E:
        if not is_own(entry.__module__):
            self._import_own()
        return super()._add(name, entry)

    def items(self) -> list[tuple[str, E]]:
        """Every entry, sorted by name."""
        self._import_own()
        return super().items()

    def _import_own(self) -> None:
        if not self._complete:
            self._complete = True
            package = import_module(self._package)
            for module in iter_modules(getattr(package, "__path__", [])):
                import_module(f"{self._package}.{module.name}")


class Functions(Named[F]):
    """Functions of others by their own names; each file of the package keeps its name for itself."""

    def register(self, function: F) -> F:
        """Decorator: adds a function."""
        name = function.__name__
        if find_spec(f"{self._package}.{name}") is not None:
            raise ValueError(f"the name of the {self.noun} '{name}' is taken")
        return self._add(name, function)


def is_own(module: str) -> bool:
    """Whether a module is one of aecli's."""
    return module.partition(".")[0] == "aecli"


def _import_installed() -> None:
    """Imports what installed packages name as plugins; what is wrong with one is said, and breaks nothing."""
    for point in sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value)):
        before = Named.modules()
        failed: BaseException | None = None
        try:
            point.load()
        except (Exception, SystemExit) as error:
            failed = error
        package = (point.dist.name, point.dist.version) if point.dist else (point.name, "?")
        for module in Named.modules() - before:
            if failed and not is_own(module):
                Named.forget(module)
            elif not is_own(module):
                Named.packages[module] = package
        if failed:
            log.warning(
                f"the installed package {package[0]} ({GROUP}: {point.name} = {point.value}) is left out: "
                f"{type(failed).__name__}: {failed}"
            )
