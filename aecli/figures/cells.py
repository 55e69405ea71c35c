"""Items side by side in one image: images as images, sequences and rows of numbers as curves."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from aecli.data.sources.source import Kind
from aecli.figures.style import (
    around_zero,
    class_colours,
    colour_bar,
    label_cells,
    line_width,
    mosaic,
    new_figure,
    show_image,
    show_row,
    text_height,
)

Floats = NDArray[np.float32]

CURVE = (24, 36)
"""The cell of a curve, in the pixels of the image that it stands in."""
THUMBNAIL = 64
"""Pixels, at most, of a thumbnail's side."""
WIDEST = 1600
"""Pixels, at most, across an image of many; beyond, each is drawn by every second, third … pixel."""

NOUNS = {"images": "images", "sequences": "sequences", "rows": "rows"}


@dataclass(frozen=True)
class Look:
    """How samples are drawn.

    Attributes:
        kind: What a sample is.
        limits: The numbers that are drawn black and white, or at the bottom and the top of a curve.
    """

    kind: Kind = "images"
    limits: tuple[float, float] = (0.0, 1.0)

    @property
    def noun(self) -> str:
        """What samples are called."""
        return NOUNS[self.kind]


PLAIN = Look()
"""Images in [0, 1]."""


def look_of(kind: Kind, bounds: tuple[float, float] | None, samples: Floats) -> Look:
    """The look of data: within its bounds or, where it has none, between the extremes of some samples."""
    if bounds is not None:
        return Look(kind, bounds)
    low, high = float(np.nanmin(samples)), float(np.nanmax(samples))
    return Look(kind, (low, high if high > low else low + 1.0))


def show_cells(axes: Axes, samples: Floats, columns: int, look: Look) -> tuple[int, int]:
    """Draws samples row by row, with nothing around them.

    Args:
        axes: What to draw into.
        samples: (count, *sample_shape); steps of a sequence that are NaN aren't drawn.
        columns: Items a row.
        look: How they are drawn.

    Returns:
        Height and width of a cell, for `label_cells`.
    """
    if look.kind == "images":
        images = as_images(samples, look)
        every = -(-columns * images.shape[2] // WIDEST)
        images = images[:, ::every, ::every]
        show_image(axes, mosaic(images, columns))
        return images.shape[1], images.shape[2]
    show_image(axes, mosaic(np.full((len(samples), *CURVE), 0.96, np.float32), columns))
    _draw_curves(axes, samples, columns, look.limits)
    return CURVE


def item_rows(
    title: str,
    rows: Sequence[tuple[str, Floats]],
    below: Sequence[str],
    look: Look,
    errors: Floats | None = None,
) -> Figure:
    """Rows of samples over one another, each row with its name.

    Args:
        title: The figure's title.
        rows: Names and samples; all rows hold equally many, of one shape.
        below: Text under each column.
        look: How samples are drawn.
        errors: Of images, how far those of the last row are from what they should be: a row of maps around 0.
    """
    columns, names = len(rows[0][1]), [name for name, _ in rows]
    lines = len(rows) + (errors is not None)
    tall = cell_height(rows[0][1], look) * lines + text_height(title, below[0])
    wide = 0.85 * columns + 1.3 + (0.7 if errors is not None else 0.0)
    figure = new_figure(max(wide, 5.5), tall, title)
    axes = figure.subplots()
    # One image in one pair of axes: a pair for each sample would take seconds.
    cell = show_cells(axes, np.concatenate([samples for _, samples in rows]), columns, look)
    if errors is not None:
        names.append("error")
        maps = errors.mean(axis=3) if errors.ndim == 4 else errors
        top = len(rows) * (cell[0] + line_width(cell))
        drawn = show_row(axes, maps, cell, top, cell[0], around_zero(maps))
        colour_bar(axes, drawn, "reconstruction - original")
    label_cells(axes, cell, names, below)
    return figure


def cell_height(samples: Floats, look: Look) -> float:
    """Inches that a cell is high where it is 0.85 wide."""
    height, width = samples.shape[1:3] if look.kind == "images" else CURVE
    return float(np.clip(0.87 * height / width, 0.3, 2.5))


def as_images(samples: Floats, look: Look) -> Floats:
    """Numbers as pixels in [0, 1], grey or RGB; of more than three channels, or two, their mean as grey."""
    low, high = look.limits
    if look.limits != (0.0, 1.0):
        samples = ((samples - low) / (high - low)).astype(np.float32)
    if samples.ndim == 4 and samples.shape[3] not in (1, 3):
        return np.asarray(samples.mean(axis=3))
    return samples


def as_thumbnails(samples: Floats, look: Look) -> NDArray[np.uint8]:
    """Images, small: (count, height, width, 1 or 3)."""
    images = as_images(samples, look)
    every = -(-max(images.shape[1:3]) // THUMBNAIL)
    pixels = np.round(images[:, ::every, ::every].clip(0, 1) * 255).astype(np.uint8)
    return pixels[..., np.newaxis] if pixels.ndim == 3 else pixels


def side_by_side(rows: Sequence[Floats], look: Look) -> NDArray[np.uint8]:
    """Rows of samples over one another as pixels, without a word: (height, width, 1 or 3)."""
    if look.kind == "images":
        sample = np.concatenate([np.concatenate(list(as_images(row, look)), axis=1) for row in rows], axis=0)
        return np.round(sample.reshape(*sample.shape[:2], -1).clip(0, 1) * 255).astype(np.uint8)
    figure = new_figure(0.85 * len(rows[0]), 0.6 * len(rows), "")
    canvas = FigureCanvasAgg(figure)
    show_cells(figure.subplots(), np.concatenate(rows), len(rows[0]), look)
    canvas.draw()  # type: ignore[no-untyped-call]
    return np.asarray(canvas.buffer_rgba())[..., :3]  # type: ignore[no-untyped-call]


def _draw_curves(axes: Axes, samples: Floats, columns: int, limits: tuple[float, float]) -> None:
    """A curve for each feature of each sample, in its cell."""
    curves = samples[..., np.newaxis] if samples.ndim == 2 else samples.reshape(*samples.shape[:2], -1)
    if curves.shape[1] == 1:
        curves = np.repeat(curves, 2, axis=1)
    steps, features = curves.shape[1:]
    height, width, gap = *CURVE, line_width(CURVE)
    low, high = limits
    numbers = np.arange(len(curves))
    left, top = numbers % columns * (width + gap), numbers // columns * (height + gap)
    x = left[:, np.newaxis] + np.linspace(1, width - 2, steps)
    parts = ((curves - low) / (high - low)).clip(0, 1)
    y = top[:, np.newaxis, np.newaxis] + 1 + (1 - parts) * (height - 3)
    colours = class_colours()
    for feature in range(features):
        lines = np.stack([x, y[..., feature]], axis=-1)
        colour = colours[feature % len(colours)]
        axes.add_collection(LineCollection(list(lines), colors=[colour], linewidths=0.8), autolim=False)
