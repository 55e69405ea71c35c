"""All figures, by name: aecli's own by the file that draws each, and those of plugins. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from aecli.core.registry import Functions

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from aecli.figures.scene import Scene

Draw = Callable[["Scene"], "Figure | None"]

FIGURES: Functions[Draw] = Functions("figure", package="aecli.figures")
"""The figures of plugins."""


def gallery() -> Iterator[tuple[str, Draw]]:
    """The figures there are.

    Yields:
        The name of a figure, and the function that draws it; that returns None where the figure
        has no meaning for the run, such as the manifold of a plain autoencoder.
    """
    package = import_module("aecli.figures")
    for module in iter_modules(package.__path__):
        draw = getattr(import_module(f"aecli.figures.{module.name}"), "draw", None)
        if draw is not None:
            yield module.name, draw
    yield from FIGURES.items()
