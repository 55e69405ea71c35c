"""Many samples on one sheet, in rows of equal length: a row for each label where there are labels."""

import numpy as np
from matplotlib.figure import Figure

from aecli.data.splits import Split
from aecli.figures.cells import Floats, Look, cell_height, show_cells
from aecli.figures.style import label_cells, label_text, new_figure, text_height

COLUMNS = 12
ROWS = 12
NARROWEST = 8
"""Columns, at least, where more rows of fewer leave the last one fuller."""


def contact_sheet(title: str, split: Split, look: Look) -> Figure:
    """Draws the first samples of a split, as the network will see them.

    Args:
        title: The sheet's title.
        split: The samples.
        look: How they are drawn.
    """
    cells, names = _cells(split, look)
    lines, columns = cells.shape[:2]
    samples = cells.reshape(-1, *cells.shape[2:])
    tall = cell_height(samples, look) * lines + text_height(title)
    figure = new_figure(max(0.85 * columns + (1.0 if names else 0.1), 5.5), tall, title)
    axes = figure.subplots()
    label_cells(axes, show_cells(axes, samples, columns, look), names, [])
    return figure


def _cells(split: Split, look: Look) -> tuple[Floats, list[str]]:
    """The samples to draw, (rows, columns, *sample_shape), with empty ones at the ends, and the rows' names."""
    if split.labels is None:
        count, columns = len(split), _columns(len(split))
        rows = [np.arange(start, min(start + columns, count)) for start in range(0, count, columns)]
        rows, names = rows[:ROWS], []
    else:
        labels = np.unique(split.labels)[:ROWS]
        rows = [np.flatnonzero(split.labels == label)[:COLUMNS] for label in labels]
        names = [label_text(label) for label in labels]
        # Of labels taken in turn, the first ones may have one more.
        shortest = min(map(len, rows))
        if max(map(len, rows)) == shortest + 1:
            rows = [row[:shortest] for row in rows]
    empty = look.limits[1] if look.kind == "images" else np.nan
    cells = np.full((len(rows), max(map(len, rows)), *split.samples.shape[1:]), empty, np.float32)
    for cell, row in zip(cells, rows, strict=True):
        few = split.take(row)
        cell[: len(row)] = few.samples[:]
        if few.weights is not None:
            cell[: len(row)][few.weights == 0] = np.nan
    return cells, names


def _columns(count: int) -> int:
    """How many stand in a row: as many as there is room for, unless fewer leave fewer places empty."""
    if count <= COLUMNS or count >= COLUMNS * ROWS:
        return min(count, COLUMNS)
    fitting = [columns for columns in range(COLUMNS, NARROWEST - 1, -1) if -(-count // columns) <= ROWS]
    return min(fitting, key=lambda columns: -count % columns)
