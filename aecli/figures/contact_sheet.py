"""Many samples of a data set on one sheet: a row for each label where there are labels."""

import numpy as np
from matplotlib.figure import Figure

from aecli.data.splits import Split
from aecli.figures.cells import CURVE, Floats, Look, show_cells
from aecli.figures.style import label_cells, label_text, new_figure

COLUMNS = 12
ROWS = 12
SIDE = 0.85
"""Inches that a sample is wide."""


def contact_sheet(title: str, split: Split, look: Look) -> Figure:
    """Draws the first samples of a split, as the network will see them.

    Args:
        title: The sheet's title.
        split: The samples.
        look: How they are drawn.
    """
    cells, names = _cells(split, look)
    columns = len(cells[0])
    cell = cells.shape[2:4] if look.kind == "images" else CURVE
    tall = min(max(SIDE * cell[0] / cell[1], 0.3), 2.5)
    figure = new_figure(max(SIDE * columns + 1.3, 5.5), tall * len(cells) + 0.7, title)
    axes = figure.subplots()
    drawn = show_cells(axes, cells.reshape(-1, *cells.shape[2:]), columns, look)
    label_cells(axes, drawn, names, [])
    return figure


def _cells(split: Split, look: Look) -> tuple[Floats, list[str]]:
    """The samples to draw, (rows, columns, *sample_shape), with empty ones at the ends, and the rows' names."""
    if split.labels is None:
        rows = [np.arange(start, min(start + COLUMNS, len(split))) for start in range(0, len(split), COLUMNS)]
        rows, names = rows[:ROWS], []
    else:
        labels = np.unique(split.labels)[:ROWS]
        rows = [np.flatnonzero(split.labels == label)[:COLUMNS] for label in labels]
        names = [label_text(label) for label in labels]
    empty = look.limits[1] if look.kind == "images" else np.nan
    cells = np.full((len(rows), max(map(len, rows)), *split.samples.shape[1:]), empty, np.float32)
    for cell, row in zip(cells, rows, strict=True):
        few = split.take(row)
        cell[: len(row)] = few.samples[:]
        if few.weights is not None:
            cell[: len(row)][few.weights == 0] = np.nan
    return cells, names
