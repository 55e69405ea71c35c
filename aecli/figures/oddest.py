"""Inputs that are least like the training samples, over what becomes of them."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aecli.figures.cells import CURVE, Floats, Look, show_cells
from aecli.figures.style import (
    MONITORED,
    TRAIN,
    around_zero,
    colour_bar,
    label_cells,
    label_text,
    line_width,
    new_figure,
    show_row,
    spans_much,
)

COLUMNS = 10
SIDE = 1.0
"""Inches that a sample is wide."""
BINS = 50
HISTOGRAM = 1.6
"""Inches that the histogram is high, with its words."""


def oddest(
    title: str,
    samples: Floats,
    outputs: Floats,
    below: Sequence[tuple[str, str]],
    look: Look,
    losses: Floats,
    trained: Floats,
    unit: str,
) -> Figure:
    """Draws the losses of all inputs before those of training samples, and some inputs in lines of ten.

    The oddest one comes first, each stands over its reconstruction and images over the error of that, too.

    Args:
        title: The figure's title.
        samples: The inputs, (count, *sample_shape); steps that are NaN aren't drawn.
        outputs: Their reconstructions, of the same shape.
        below: Name and score of each.
        look: How they are drawn.
        losses: What every input costs, (inputs,), drawn or not.
        trained: Evenly spaced quantiles of what training samples cost.
        unit: The unit of both.
    """
    images = look.kind == "images"
    lines = [slice(start, start + COLUMNS) for start in range(0, len(samples), COLUMNS)]
    columns = min(COLUMNS, len(samples))
    shape = samples.shape[1:3] if images else CURVE
    tall = min(max(SIDE * shape[0] / shape[1], 0.4), 2.5) * (3 if images else 2) + 0.5
    wide = 1.1 * SIDE * columns + (2.0 if images else 1.1)
    figure = new_figure(max(wide, 5.5), tall * len(lines) + HISTOGRAM + 0.7, title)
    grid = figure.add_gridspec(len(lines) + 1, height_ratios=[HISTOGRAM, *[tall] * len(lines)])
    _histogram(figure.add_subplot(grid[0]), losses, trained, unit)
    scale = around_zero(_flat(outputs - samples)) if images else None
    for number, line in enumerate(lines, start=1):
        axes = figure.add_subplot(grid[number])
        cells = np.full((2, columns, *samples.shape[1:]), _empty(look), np.float32)
        cells[0, : len(samples[line])], cells[1, : len(samples[line])] = samples[line], outputs[line]
        cell = show_cells(axes, cells.reshape(-1, *samples.shape[1:]), columns, look)
        names = ["input", "reconstruction"]
        if scale is not None:
            names.append("error")
            errors = np.full((columns, *cell), np.nan, np.float32)
            errors[: len(samples[line])] = _flat(outputs[line] - samples[line])
            drawn = show_row(axes, errors, cell, 2 * (cell[0] + line_width(cell)), cell[0], scale)
            if len(samples[line]) < columns:
                axes.set_facecolor("white")
            colour_bar(axes, drawn, "reconstruction - input")
        words = [f"{label_text(_end(name))}\n{value}" for name, value in below[line]]
        label_cells(axes, cell, names, words)
    return figure


def _histogram(axes: Axes, losses: Floats, trained: Floats, unit: str) -> None:
    """How often training samples cost how much, with a mark for every input."""
    losses = losses[np.isfinite(losses)]
    low, high = losses.min(initial=trained.min()), losses.max(initial=trained.max())
    wide = spans_much([float(low), float(high)])
    edges = np.geomspace(low, high, BINS + 1) if wide else np.histogram_bin_edges([low, high], BINS)
    counts, _ = np.histogram(trained, edges)
    axes.stairs(
        100 * counts / len(trained), edges, fill=True, color=TRAIN, alpha=0.6, label="training samples"
    )
    marks = np.full(len(losses), 0.08)
    faint = float(np.clip(100 / max(len(losses), 1), 0.1, 1.0))
    place = axes.get_xaxis_transform()
    axes.plot(losses, marks, "|", color=MONITORED, ms=12, alpha=faint, label="inputs", transform=place)
    if wide:
        axes.set_xscale("log")
    axes.set_xlabel(f"reconstruction loss ({unit})", fontsize=9)
    axes.set_ylabel("% of them", fontsize=9)
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    _, mark = axes.legend(frameon=False, fontsize=9).legend_handles
    mark.set_alpha(1.0)  # type: ignore[union-attr]


def _end(name: str) -> str:
    """A name, of long ones the end, which tells files of one folder apart."""
    return name if len(name) <= 16 else f"…{name[-15:]}"


def _flat(errors: Floats) -> Floats:
    """Errors of images, (count, height, width): of several channels their mean."""
    return errors.mean(axis=3) if errors.ndim == 4 else errors


def _empty(look: Look) -> float:
    """What fills a line up: white, or no curve."""
    return look.limits[1] if look.kind == "images" else np.nan
