"""Codes as images: maps of a convolutional code over one another, vectors in rows of four."""

from math import ceil

import numpy as np
from matplotlib.figure import Figure

from aecli.figures.scene import Floats, Scene
from aecli.figures.style import bare, new_figure, show_image

TALLEST = 64
"""Cells that a code's picture may be high before its maps go into several columns."""


def code_image(code: Floats) -> Floats:
    """One code as a picture.

    Args:
        code: (numbers,) or (height, width, channels).

    Returns:
        A 2-D array. A vector fills rows of four; maps stand over one another, so that the 4×4×8 code
        of the post's convolutional model becomes a picture 4 wide and 32 high. Unused cells are NaN.
    """
    if code.ndim == 1:
        across = min(4, len(code))
        cells = np.full(ceil(len(code) / across) * across, np.nan, np.float32)
        cells[: len(code)] = code
        return cells.reshape(-1, across)
    height, width, channels = code.shape
    columns = ceil(channels * height / TALLEST)
    rows = ceil(channels / columns)
    maps = np.full((rows * columns, height, width), np.nan, np.float32)
    maps[:channels] = code.transpose(2, 0, 1)
    return maps.reshape(rows, columns, height, width).swapaxes(1, 2).reshape(rows * height, columns * width)


def draw(scene: Scene) -> Figure | None:
    """Draws what went in over its codes, all codes on one scale."""
    pictures = scene.samples
    codes = [code_image(code) for code in pictures.codes]
    tall, wide = codes[0].shape
    count = len(codes)
    heights = [1.0, min(max(tall / wide, 0.6), 4.0)]
    figure = new_figure(0.85 * count + 1.9, 0.85 * sum(heights) + 0.9, f"Codes of {scene.title}")
    grid = figure.subplots(2, count, squeeze=False, height_ratios=heights)
    low, high = min(0.0, float(pictures.codes.min())), float(pictures.codes.max())
    for i, code in enumerate(codes):
        show_image(grid[0, i], pictures.inputs[i])
        drawn = grid[1, i].imshow(code, cmap="viridis", vmin=low, vmax=high, interpolation="nearest")
        bare(grid[1, i])
    grid[0, 0].set_ylabel("input", rotation=0, ha="right", va="center", fontsize=9)
    shape = " × ".join(str(size) for size in pictures.codes.shape[1:])
    grid[1, 0].set_ylabel(f"code\n{shape}", rotation=0, ha="right", va="center", fontsize=9)
    figure.colorbar(drawn, ax=grid.ravel().tolist(), fraction=0.03, pad=0.01)
    return figure
