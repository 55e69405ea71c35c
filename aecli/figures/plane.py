"""Points in the plane, coloured by label: what the projections of the codes share."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from aecli.figures.style import INK, TRAIN, class_colours, label_text, new_figure

NAMED = 20
"""Labels, at most, that are named; of more, no eye could tell the colours apart."""


def scatter(
    points: NDArray[np.float32], labels: NDArray[Any] | None, title: str, axes_names: tuple[str, str]
) -> Figure:
    """Draws points; if they are labelled, in the colour of their label, whose name stands in their middle.

    Args:
        points: (count, 2).
        labels: (count,), or None.
        title: The figure's title.
        axes_names: What the two axes are.
    """
    figure = new_figure(7.2, 6.4, title)
    axes = figure.subplots()
    if labels is None or len(np.unique(labels)) > NAMED:
        _dots(axes, points, len(points), TRAIN)
    else:
        _draw_labelled(axes, points, labels)
    axes.set_xlabel(axes_names[0])
    axes.set_ylabel(axes_names[1])
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def _draw_labelled(axes: Axes, points: NDArray[np.float32], labels: NDArray[Any]) -> None:
    """Points in colours, names and a legend."""
    colours = class_colours()
    for i, label in enumerate(np.unique(labels)):
        _dots(axes, points[labels == label], len(points), colours[i % len(colours)], label_text(label))
    for i, label in enumerate(np.unique(labels)):
        x, y = np.median(points[labels == label], axis=0)
        style = "circle,pad=0.25" if len(str(label)) <= 2 else "round,pad=0.25"
        box = {"boxstyle": style, "fc": "white", "ec": colours[i % len(colours)], "lw": 2}
        axes.text(x, y, label_text(label), ha="center", va="center", fontsize=10, color=INK, bbox=box)
    legend = axes.legend(
        title="label", frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5), markerscale=4
    )
    for handle in legend.legend_handles:
        handle.set_alpha(1.0)  # type: ignore[union-attr]


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
