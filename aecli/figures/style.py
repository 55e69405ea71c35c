"""The look that all figures share: sizes, colours, grids of images."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from numpy.typing import NDArray

from aecli.core.files import FIGURE_MARK, atomic_write

TRAIN, MONITORED = "#0072B2", "#D55E00"
"""Blue and vermilion of Okabe & Ito (2008), told apart by every kind of colour vision."""

INK = "#222222"

WIDE = 20.0
"""How often the lowest loss the highest one may be on a linear scale."""

FINE = 8
"""Parts of a number's width that widths are rounded to where numbers of any count are as wide as an image."""


def label_text(label: Any) -> str:
    """A label as text that Matplotlib takes as it stands, cut where it is long."""
    text = str(label)
    return (text if len(text) <= 16 else f"{text[:15]}…").replace("$", r"\$")


def class_colours() -> Sequence[Any]:
    """Ten colours for ten classes: those of Petroff (2021), with a dark green for the lighter of their two greys."""
    first, second, third, _, *others = mpl.color_sequences["petroff10"]
    return [first, second, third, "#005a50", *others]


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


def save_figure(figure: Figure, path: Path) -> None:
    """Writes a figure as a PNG file, whole or not at all.

    Raises:
        OSError: It can't be written.
    """
    # Figure.savefig would draw all of it once more, into nothing, to lay it out before.
    canvas = FigureCanvasAgg(figure)
    with atomic_write(path) as file:
        canvas.print_png(file, metadata={"Software": FIGURE_MARK}, pil_kwargs={"compress_level": 3})  # type: ignore[no-untyped-call]


def show_image(axes: Axes, image: NDArray[np.float32]) -> None:
    """Draws one image, grey or RGB, with pixels in [0, 1], and nothing around it."""
    axes.imshow(image, cmap="gray", vmin=0.0, vmax=1.0, interpolation="nearest")
    bare(axes)


def bars(axes: Axes, heights: NDArray[np.float32], colour: str) -> None:
    """Draws bars at 1, 2, …, in one patch however many they are."""
    edges = np.arange(len(heights) + 1) + 0.5
    axes.stairs(heights, edges, fill=True, color=colour, lw=0)
    if len(heights) <= 64:
        axes.vlines(edges[1:-1], 0, heights.max(initial=0), color="white", lw=1.5)
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylim(0)
    axes.spines[["top", "right"]].set_visible(False)


def bare(axes: Axes) -> None:
    """Takes ticks and frame away."""
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)


def mosaic(images: NDArray[np.float32], columns: int, fill: float = 1.0) -> NDArray[np.float32]:
    """Images in one image, row by row, with lines between.

    Args:
        images: (count, height, width) or (count, height, width, channels).
        columns: Images a row; the last row may be left unfilled.
        fill: What lines and unfilled places are made of: white by default.

    Returns:
        One image.
    """
    count, height, width, *channels = images.shape
    gap = line_width(images.shape[1:])
    rows = -(-count // columns)
    shape = (rows * (height + gap) - gap, columns * (width + gap) - gap, *channels)
    whole = np.full(shape, fill, np.float32)
    for i, image in enumerate(images):
        top, left = i // columns * (height + gap), i % columns * (width + gap)
        whole[top : top + height, left : left + width] = image
    return whole


def line_width(cell: tuple[int, ...]) -> int:
    """The pixels between two images of a mosaic, for images of that shape."""
    return max(1, min(cell[:2]) // 12)


@dataclass(frozen=True)
class Scale:
    """What colours stand for.

    Attributes:
        cmap: Matplotlib's name of the colours.
        low: What the first one stands for.
        high: What the last one stands for.
    """

    cmap: str
    low: float
    high: float


def around_zero(numbers: NDArray[np.float32]) -> Scale:
    """Red above 0, blue below, white at 0."""
    most = max(float(np.abs(numbers).max()), 1e-6)
    return Scale("RdBu_r", -most, most)


def show_row(
    axes: Axes,
    maps: NDArray[np.float32],
    cell: tuple[int, ...],
    top: float,
    tall: float,
    scale: Scale,
) -> AxesImage:
    """Draws maps as one more row under a mosaic, each as wide as the cell above it, all in one image.

    Args:
        axes: What the mosaic was drawn into.
        maps: One for each column, (count, height, width).
        cell: The shape of one image of the mosaic.
        top: Where the row begins, in pixels of the mosaic.
        tall: How high it is, in the same.
        scale: Their colours.

    Returns:
        What was drawn, for a colour bar.
    """
    axes.set_facecolor("0.85")  # so that maps that are white at 0 have an edge
    count, height, width = maps.shape
    gap = line_width(cell)
    finer = 1 if width == cell[1] else -(-FINE * width // cell[1])
    pixels = cell[1] * finer
    row = np.full((height, count, pixels + gap * finer), np.nan, np.float32)
    row[:, :, :pixels] = maps[:, :, np.arange(pixels) * width // pixels].swapaxes(0, 1)
    right = count * (cell[1] + gap) - gap - 0.5
    drawn = axes.imshow(
        row.reshape(height, -1)[:, : -gap * finer],
        cmap=scale.cmap,
        vmin=scale.low,
        vmax=scale.high,
        interpolation="nearest",
        extent=(-0.5, right, top + tall - 0.5, top - 0.5),
    )
    axes.set_xlim(-0.5, right)
    axes.set_ylim(top + tall - 0.5, -0.5)
    return drawn


def colour_bar(axes: Axes, drawn: AxesImage, label: str) -> None:
    """Explains colours by a bar to the right of axes, as tall as what is drawn in them."""
    wide = 0.12 / axes.get_figure(root=True).get_figwidth()  # type: ignore[union-attr]
    place = axes.inset_axes((1 + wide, 0.0, wide, 1.0))
    axes.figure.colorbar(drawn, cax=place)
    place.set_ylabel(label, fontsize=9)
    place.tick_params(labelsize=8)


def text_height(title: str, below: str = "") -> float:
    """Inches that a figure's title takes, and the text under its columns."""
    words = 0.15 * (below.count("\n") + 1) if below else 0.0
    return 0.22 * (title.count("\n") + 1) + words + 0.15


def spans_much(losses: Sequence[float]) -> bool:
    """Whether losses, all above 0, span so much that a linear scale shows the highest alone."""
    finite = [loss for loss in losses if isfinite(loss)]
    return bool(finite) and min(finite) > 0 and max(finite) > WIDE * min(finite)


def decimals(numbers: Sequence[float] | NDArray[np.float32]) -> list[str]:
    """Numbers as text, all to the decimal that gives the largest one three digits."""
    largest = max((abs(float(number)) for number in numbers if np.isfinite(number)), default=0.0)
    places = int(np.clip(2 - np.floor(np.log10(largest)), 0, 6)) if largest else 0
    return [f"{number:.{places}f}" for number in numbers]


def label_cells(axes: Axes, cell: tuple[int, ...], beside: Sequence[str], below: Sequence[str]) -> None:
    """Names the rows and the columns of a mosaic.

    Args:
        axes: What the mosaic was drawn into.
        cell: The shape of one image.
        beside: Text to the left of each row.
        below: Text under each column.
    """
    gap = line_width(cell)
    middle_y, middle_x = (np.array(cell[:2]) - 1) / 2
    axes.set_yticks([row * (cell[0] + gap) + middle_y for row in range(len(beside))], beside, fontsize=9)
    axes.set_xticks([column * (cell[1] + gap) + middle_x for column in range(len(below))], below, fontsize=8)
    axes.tick_params(length=0)
    # The layout finds room for the names where images begin at the edge.
    axes.set_anchor("NW" if beside else "N")
