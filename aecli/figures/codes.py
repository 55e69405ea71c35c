"""Codes as images: maps of a convolutional code over one another, vectors in rows of four."""

from math import ceil

import numpy as np
from matplotlib.figure import Figure

from aecli.figures.cells import show_cells
from aecli.figures.scene import Floats, Scene
from aecli.figures.style import bare, label_cells, mosaic, new_figure

TALLEST = 64
"""Cells that a code's image may be high before its maps go into several columns."""


def code_image(code: Floats) -> Floats:
    """One code as an image.

    Args:
        code: (numbers,), (tokens, numbers) or (height, width, channels).

    Returns:
        A 2-D array. A vector fills rows of four; maps stand over one another, so that the 4×4×8 code
        of the post's convolutional model becomes an image 4 wide and 32 high. Unused cells are NaN.
    """
    if code.ndim == 1:
        across = min(4, len(code))
        cells = np.full(ceil(len(code) / across) * across, np.nan, np.float32)
        cells[: len(code)] = code
        return cells.reshape(-1, across)
    if code.ndim == 2:
        return code
    height, width, channels = code.shape
    columns = ceil(channels * height / TALLEST)
    rows = ceil(channels / columns)
    maps = np.full((rows * columns, height, width), np.nan, np.float32)
    maps[:channels] = code.transpose(2, 0, 1)
    return maps.reshape(rows, columns, height, width).swapaxes(1, 2).reshape(rows * height, columns * width)


def draw(scene: Scene) -> Figure | None:
    """Draws what went in over its codes, all codes on one scale."""
    shown = scene.samples
    codes = np.stack([code_image(code) for code in shown.codes])
    count, tall, wide = codes.shape
    heights = [1.0, min(max(tall / wide, 0.6), 4.0)]
    figure = new_figure(0.85 * count + 2.2, 0.85 * sum(heights) + 0.9, f"Codes of {scene.title}")
    above, below = figure.subplots(2, 1, height_ratios=heights)
    cell = show_cells(above, shown.inputs, count, scene.look)
    label_cells(above, cell, ["input"], [])
    low, high = min(0.0, float(shown.codes.min())), float(shown.codes.max())
    drawn = below.imshow(
        mosaic(codes, count, fill=np.nan), cmap="viridis", vmin=low, vmax=high, interpolation="nearest"
    )
    # A code is drawn as wide as its input, whatever its shape; only very tall ones are squeezed.
    below.set_aspect(heights[1] * wide / tall)
    bare(below)
    shape = " × ".join(str(size) for size in shown.codes.shape[1:])
    label_cells(below, (tall, wide), [f"code\n{shape}"], [])
    figure.colorbar(drawn, ax=[above, below], fraction=0.03, pad=0.01)
    return figure
