"""Curves over one another in panels with axes: sequences, and rows of numbers."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from aecli.figures.cells import Floats, Look
from aecli.figures.style import INK, class_colours, new_figure

ACROSS = 5
"""Panels beside one another."""
STYLES: dict[str, dict[str, Any]] = {
    "corrupted input": {"ls": ":", "lw": 1.0},
    "original": {"lw": 4.0, "alpha": 0.3, "solid_capstyle": "butt"},
    "reconstruction": {"lw": 1.2},
}
"""What tells curves of one colour apart, the one that is drawn first at the top."""
STEPS = {"sequences": "step", "rows": "column"}


def curve_panels(
    title: str, curves: Sequence[tuple[str, Floats]], above: Sequence[str], look: Look
) -> Figure:
    """Draws a panel for each sample, a colour for each of its features.

    Args:
        title: The figure's title.
        curves: What to draw of each sample, by the names of `STYLES`: (count, steps) or (count, steps, features).
        above: Text over each panel.
        look: What samples are, and the numbers at the bottom and the top of a panel.
    """
    lines = -(-len(above) // ACROSS)
    figure = new_figure(10.0, 1.55 * lines + 1.0, title)
    panels = figure.subplots(lines, ACROSS, sharex=True, sharey=True, squeeze=False)
    for number, (axes, words) in enumerate(zip(panels.flat, above, strict=False)):
        for name, samples in curves:
            _draw(axes, samples[number], STYLES[name])
        axes.set_title(words, fontsize=9)
    for axes in panels.flat[len(above) :]:
        axes.set_visible(False)
    _set_up(panels[0, 0], look)
    handles = [Line2D([], [], color=INK, **STYLES[name]) for name, _ in curves]
    names = [name for name, _ in curves]
    figure.legend(handles, names, loc="outside lower right", ncols=len(names), frameon=False, fontsize=9)
    figure.supxlabel(STEPS[look.kind], fontsize=9)
    figure.supylabel("value", fontsize=9)
    return figure


def _draw(axes: Axes, sample: Floats, style: dict[str, Any]) -> None:
    """The curves of one sample's features, over steps counted from 1."""
    features = sample.reshape(len(sample), -1).T
    colours = class_colours()
    marker = "o" if len(sample) == 1 else None
    for feature, values in enumerate(features):
        colour = colours[feature % len(colours)]
        axes.plot(np.arange(1, len(values) + 1), values, color=colour, marker=marker, **style)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=8)


def _set_up(axes: Axes, look: Look) -> None:
    """The limits that all panels share."""
    low, high = look.limits
    margin = 0.06 * (high - low)
    axes.set_ylim(low - margin, high + margin)
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
