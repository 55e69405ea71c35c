"""Points in the plane, coloured by label: what the projections of the codes share."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from aecli.figures.style import INK, TRAIN, bare, class_colours, label_text, new_figure

NAMED = 20
"""Labels, at most, that are named; of more, no eye could tell the colours apart."""
NAME = 0.05
"""How high a name is, as a part of the axes."""
PUSHES = 200
"""Turns, at most, in which names are moved apart."""


def scatter(
    points: NDArray[np.float32], labels: NDArray[Any] | None, title: str, axes_names: tuple[str, str] | None
) -> Figure:
    """Draws points; if they are labelled, in the colour of their label, whose name stands by their middle.

    Args:
        points: (count, 2).
        labels: (count,), or None.
        title: The figure's title.
        axes_names: What the two axes are; None where their numbers mean nothing.
    """
    figure = new_figure(7.2, 6.4, title)
    axes = figure.subplots()
    if labels is None or len(np.unique(labels)) > NAMED:
        _dots(axes, points, len(points), TRAIN)
    else:
        _draw_labelled(axes, points, labels)
    if axes_names is None:
        bare(axes)
        return figure
    axes.set_xlabel(axes_names[0])
    axes.set_ylabel(axes_names[1])
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def _draw_labelled(axes: Axes, points: NDArray[np.float32], labels: NDArray[Any]) -> None:
    """Points in colours, names and a legend."""
    colours, known = class_colours(), np.unique(labels)
    names = [label_text(label) for label in known]
    for i, label in enumerate(known):
        _dots(axes, points[labels == label], len(points), colours[i % len(colours)], names[i])
    low, high = np.transpose([axes.get_xlim(), axes.get_ylim()])
    middles = np.array([_medoid(points[labels == label]) for label in known])
    wide = max(1.0, max(map(len, names)) / 2)
    places = apart((middles - low) / (high - low) / (wide, 1.0)) * (wide, 1.0)
    for i, (x, y) in enumerate(places):
        style = "circle,pad=0.25" if len(names[i]) <= 2 else "round,pad=0.25"
        box = {"boxstyle": style, "fc": "white", "ec": colours[i % len(colours)], "lw": 2}
        axes.text(
            x,
            y,
            names[i],
            ha="center",
            va="center",
            fontsize=10,
            color=INK,
            bbox=box,
            transform=axes.transAxes,
        )
    legend = axes.legend(title="label", frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    for handle in legend.legend_handles:
        handle.set(alpha=1.0, sizes=[50])  # type: ignore[union-attr]


def _medoid(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """The point that is nearest to the median of all."""
    distances = np.linalg.norm(points - np.median(points, axis=0), axis=1)
    return np.asarray(points[np.argmin(distances)])


def apart(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Places, (count, 2), moved until none is nearer to another than a name is high, or for `PUSHES` turns."""
    turns = np.arange(len(places))
    moved = places + 1e-4 * np.stack([np.cos(turns), np.sin(turns)], axis=1)  # equal ones have no direction
    for _ in range(PUSHES):
        between = moved[:, np.newaxis] - moved
        distances = np.linalg.norm(between, axis=2) + np.eye(len(moved))
        missing = (NAME - distances).clip(0.0)
        if missing.max() < 1e-3:
            break
        moved = moved + (between * (missing / distances / 2)[..., np.newaxis]).sum(axis=1)
    return moved


def _dots(axes: Axes, points: NDArray[np.float32], count: int, colour: Any, label: str | None = None) -> None:
    """Dots, the smaller the more there are in all (`count`)."""
    size = float(np.clip(9000 / max(count, 1), 3, 30))
    axes.scatter(
        points[:, 0],
        points[:, 1],
        s=size,
        color=colour,
        alpha=0.55,
        linewidths=0,
        label=label,
        rasterized=True,
    )
