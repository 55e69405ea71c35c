"""Codes as images: maps of a convolutional code beside and over one another, vectors in rows of four."""

from math import ceil, sqrt

import numpy as np
from matplotlib.figure import Figure

from aecli.figures.cells import cell_height, show_cells
from aecli.figures.scene import Floats, Scene
from aecli.figures.style import (
    Scale,
    around_zero,
    bare,
    colour_bar,
    line_width,
    new_figure,
    show_row,
    text_height,
)

WIDEST = 36
"""Numbers that a code's image may be wide: beyond, they can't be told apart."""
LONG = 64
"""Numbers that a vector may have to stand in rows of four."""
STEEPEST = 3
"""How often as high as wide a code's image may be; maps beyond that are left out."""


def code_image(code: Floats) -> Floats:
    """One code as an image.

    Args:
        code: (numbers,), (tokens, numbers) or (height, width, maps).

    Returns:
        A 2-D array. A vector fills rows of four, a long one wider ones; maps stand row by row with a line
        between. Lines and unused cells are NaN.
    """
    if code.ndim == 1:
        across = min(4, len(code)) if len(code) <= LONG else ceil(sqrt(len(code) / 2))
        cells = np.full(ceil(len(code) / across) * across, np.nan, np.float32)
        cells[: len(code)] = code
        return cells.reshape(-1, across)
    if code.ndim == 2:
        return code
    height, width, count = code.shape
    columns = _columns(height, width, count)
    rows = ceil(count / columns)
    maps = np.full((rows * columns, height + 1, width + 1), np.nan, np.float32)
    maps[:count, :height, :width] = code.transpose(2, 0, 1)
    image = maps.reshape(rows, columns, height + 1, width + 1).swapaxes(1, 2)
    return image.reshape(rows * (height + 1), columns * (width + 1))[:-1, :-1]


def legible(codes: Floats) -> Floats:
    """Codes, (count, *latent_shape), of which maps are left out that no image of that size can show.

    Those stay, in their order, that vary most between the codes and within them.
    """
    if codes.ndim != 4:
        return codes
    _, height, width, count = codes.shape
    columns = _columns(height, width, count)
    most = max(1, STEEPEST * columns * width // height) * columns
    varied = np.argsort(-codes.var(axis=(0, 1, 2)), kind="stable")[:most]
    return codes[..., np.sort(varied)]


def draw(scene: Scene) -> Figure | None:
    """Draws what went in over its codes, all codes on one scale."""
    shown = scene.samples
    kept = legible(shown.codes)
    codes = np.stack([code_image(code) for code in kept])
    count, tall, wide = codes.shape
    part = min(max(tall / wide, 0.5), STEEPEST + 1.0)
    title = f"Codes of {scene.title}"
    inches = cell_height(shown.inputs, scene.look) + 0.85 * part + text_height(title)
    figure = new_figure(max(0.85 * count + 2.2, 5.5), inches, title)
    axes = figure.subplots()
    cell = show_cells(axes, shown.inputs, count, scene.look)
    top, high = cell[0] + line_width(cell), part * cell[1]
    drawn = show_row(axes, codes, cell, top, high, _scale(kept))
    bare(axes)
    shape = " × ".join(str(size) for size in shown.codes.shape[1:])
    few = f"\n{kept.shape[-1]} of its maps" if kept.shape != shown.codes.shape else ""
    axes.set_yticks([cell[0] / 2, top + high / 2], ["input", f"code\n{shape}{few}"], fontsize=9)
    axes.tick_params(length=0)
    axes.set_anchor("NW")
    colour_bar(axes, drawn, "number of the code")
    return figure


def _columns(height: int, width: int, count: int) -> int:
    """How many maps stand beside one another."""
    return max(1, min(ceil(sqrt(count * height / (STEEPEST * width))), WIDEST // (width + 1), count))


def _scale(codes: Floats) -> Scale:
    """Around 0 where codes have signs; from 0 up where they have none."""
    return around_zero(codes) if codes.min() < 0 else Scale("viridis", 0.0, float(codes.max()))
