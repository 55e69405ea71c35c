"""The look that all figures share: sizes, colours, grids of images."""

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

TRAIN, VALIDATION = "#0072B2", "#D55E00"
"""Blue and vermilion of Okabe & Ito (2008), told apart by every kind of colour vision."""

INK = "#222222"


def class_colours() -> Sequence[Any]:
    """Ten colours for ten classes that colour-blind readers can tell apart (Petroff, 2021)."""
    return mpl.color_sequences["petroff10"]


def new_figure(width: float, height: float, title: str) -> Figure:
    """An empty figure with a title; drawn without pyplot, which keeps every figure it makes.

    Args:
        width: In inches, at 120 dots each.
        height: In inches.
        title: Stands at the top.
    """
    figure = Figure(figsize=(width, height), dpi=120, layout="constrained")
    figure.suptitle(title, fontsize=11, color=INK)
    return figure


def show_image(axes: Axes, image: NDArray[np.float32]) -> None:
    """Draws one image, grey or RGB, with pixels in [0, 1], and nothing around it."""
    axes.imshow(image, cmap="gray", vmin=0.0, vmax=1.0, interpolation="nearest")
    bare(axes)


def bare(axes: Axes) -> None:
    """Takes ticks and frame away."""
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)


def image_rows(title: str, rows: Sequence[tuple[str, NDArray[np.float32]]], below: Sequence[str]) -> Figure:
    """Rows of images over one another, each row with its name.

    Args:
        title: The figure's title.
        rows: Names and images; all rows hold equally many.
        below: Text under each column; may be empty.
    """
    columns = len(rows[0][1])
    figure = new_figure(max(0.85 * columns + 1.3, 4.0), 0.9 * len(rows) + 0.7, title)
    grid = figure.subplots(len(rows), columns, squeeze=False)
    for (name, images), line in zip(rows, grid, strict=True):
        for axes, image in zip(line, images, strict=True):
            show_image(axes, image)
        line[0].set_ylabel(name, rotation=0, ha="right", va="center", fontsize=9)
    for axes, text in zip(grid[-1], below, strict=False):
        axes.set_xlabel(text, fontsize=8)
    return figure


def mosaic(images: NDArray[np.float32], columns: int, gap: int = 1) -> NDArray[np.float32]:
    """Images in one picture, row by row, with white lines between.

    Args:
        images: (count, height, width) or (count, height, width, channels).
        columns: Images a row; the last row may be left unfilled.
        gap: Width of the lines, in pixels.

    Returns:
        One image.
    """
    count, height, width, *channels = images.shape
    rows = -(-count // columns)
    shape = (rows * (height + gap) - gap, columns * (width + gap) - gap, *channels)
    picture = np.ones(shape, np.float32)
    for i, image in enumerate(images):
        top, left = i // columns * (height + gap), i % columns * (width + gap)
        picture[top : top + height, left : left + width] = image
    return picture
