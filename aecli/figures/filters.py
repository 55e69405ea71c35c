"""What the outermost layers have learned: the first layer's filters, and the atoms that the last one adds up."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aecli.figures.scene import Floats, Scene
from aecli.figures.style import bare, mosaic, new_figure

COLUMNS = 8
MOST = 64
"""Filters, at most, that are drawn: the strongest."""


def draw(scene: Scene) -> Figure | None:
    """Draws filters and atoms that are images, the strongest first, each on a scale of its own around 0."""
    named = [("first layer's filters", scene.filters), ("last layer's atoms", scene.atoms)]
    shown = [(name, kernels) for name, kernels in named if kernels is not None]
    if scene.look.kind != "images" or not shown:
        return None
    lines = max(-(-min(len(kernels), MOST) // COLUMNS) for _, kernels in shown)
    title = f"Weights of {scene.title}\nred above 0, blue below"
    figure = new_figure(max(4.6 * len(shown), 6.0), 0.55 * lines + 1.1, title)
    for axes, (name, kernels) in zip(
        figure.subplots(1, len(shown), squeeze=False, gridspec_kw={"wspace": 0.08})[0], shown, strict=True
    ):
        _show(axes, name, kernels)
    return figure


def _show(axes: Axes, name: str, kernels: Floats) -> None:
    """Kernels, (count, height, width, channels): of several channels the mean."""
    strength = np.sqrt(np.square(kernels).sum(axis=(1, 2, 3)))
    chosen = kernels[np.argsort(-strength, kind="stable")[:MOST]]
    planes = chosen.mean(axis=3)
    largest = np.abs(planes).max(axis=(1, 2), keepdims=True)
    scaled = np.divide(planes, largest, out=np.zeros_like(planes), where=largest > 0)
    image = mosaic(scaled, min(COLUMNS, len(chosen)), fill=np.nan)
    axes.imshow(image, cmap="RdBu_r", vmin=-1.0, vmax=1.0, interpolation="nearest")
    bare(axes)
    size = " × ".join(str(length) for length in kernels.shape[1:3])
    few = f"{len(chosen)} of {len(kernels)}" if len(chosen) < len(kernels) else f"{len(kernels)}"
    axes.set_title(f"{name}: {few}, {size}", fontsize=10)
