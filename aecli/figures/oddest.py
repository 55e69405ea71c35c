"""Inputs that are least like the training samples, over what becomes of them."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from aecli.figures.cells import CURVE, Floats, Look, show_cells
from aecli.figures.style import label_cells, label_text, new_figure

COLUMNS = 10
SIDE = 1.0
"""Inches that a sample is wide."""


def oddest(
    title: str, samples: Floats, outputs: Floats, below: Sequence[tuple[str, str]], look: Look
) -> Figure:
    """Draws inputs in lines of ten, the oddest one first, each over its reconstruction.

    Args:
        title: The figure's title.
        samples: The inputs, (count, *sample_shape); steps that are NaN aren't drawn.
        outputs: Their reconstructions, of the same shape.
        below: Name and score of each.
        look: How they are drawn.
    """
    lines = [slice(start, start + COLUMNS) for start in range(0, len(samples), COLUMNS)]
    columns = min(COLUMNS, len(samples))
    shape = samples.shape[1:3] if look.kind == "images" else CURVE
    tall = min(max(SIDE * shape[0] / shape[1], 0.4), 2.5)
    figure = new_figure(max(SIDE * columns + 1.3, 5.5), (2 * tall + 0.5) * len(lines) + 0.7, title)
    for axes, line in zip(figure.subplots(len(lines), 1, squeeze=False)[:, 0], lines, strict=True):
        cells = np.full((2, columns, *samples.shape[1:]), _empty(look), np.float32)
        cells[0, : len(samples[line])], cells[1, : len(samples[line])] = samples[line], outputs[line]
        cell = show_cells(axes, cells.reshape(-1, *samples.shape[1:]), columns, look)
        words = [f"{label_text(name[-16:])}\n{number}" for name, number in below[line]]
        label_cells(axes, cell, ["input", "reconstruction"], words)
    return figure


def _empty(look: Look) -> float:
    """What fills a line up: white, or no curve."""
    return look.limits[1] if look.kind == "images" else np.nan
