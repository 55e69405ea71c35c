"""Points in the plane, coloured by label: what the projections of the codes share."""

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from aecli.figures.style import INK, class_colours, new_figure


def scatter(
    points: NDArray[np.float32], labels: NDArray[np.integer], title: str, axes_names: tuple[str, str]
) -> Figure:
    """Draws labelled points, each label's name at the middle of its points.

    Args:
        points: (count, 2).
        labels: (count,).
        title: The figure's title.
        axes_names: What the two axes are.
    """
    figure = new_figure(7.2, 6.4, title)
    axes = figure.subplots()
    colours = class_colours()
    size = float(np.clip(9000 / max(len(points), 1), 3, 30))
    for i, label in enumerate(np.unique(labels)):
        of_label = points[labels == label]
        colour = colours[i % len(colours)]
        axes.scatter(
            of_label[:, 0],
            of_label[:, 1],
            s=size,
            color=colour,
            alpha=0.55,
            linewidths=0,
            label=str(label),
            rasterized=True,
        )
    for i, label in enumerate(np.unique(labels)):
        x, y = np.median(points[labels == label], axis=0)
        box = {"boxstyle": "circle,pad=0.25", "fc": "white", "ec": colours[i % len(colours)], "lw": 2}
        axes.text(x, y, str(label), ha="center", va="center", fontsize=10, color=INK, bbox=box)
    axes.set_xlabel(axes_names[0])
    axes.set_ylabel(axes_names[1])
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    legend = axes.legend(
        title="label", frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5), markerscale=4
    )
    for handle in legend.legend_handles:
        handle.set_alpha(1.0)  # type: ignore[union-attr]
    return figure
