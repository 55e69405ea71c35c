"""What a 2-D prior decodes to, point by point: 15×15 samples spaced by the quantiles of the normal."""

from statistics import NormalDist

import numpy as np
from matplotlib.figure import Figure

from aecli.figures.cells import show_cells
from aecli.figures.scene import Scene
from aecli.figures.style import label_cells, new_figure

SIDE = 15
COVERED = 0.98
"""Part of the prior, along each axis, between the outermost rows."""


def draw(scene: Scene) -> Figure | None:
    """Draws the manifold of a 2-D code with a prior.

    The post scans ±15 standard deviations in equal steps, where the prior has no mass; equal steps in
    probability show each region as large as it is likely.
    """
    if scene.prior_dim != 2 or scene.classes is not None:
        return None
    quantiles = np.linspace((1 - COVERED) / 2, (1 + COVERED) / 2, SIDE)
    steps = np.array([NormalDist().inv_cdf(float(q)) for q in quantiles], np.float32)
    steps[SIDE // 2] = 0.0
    codes = np.array([(x, y) for y in steps[::-1] for x in steps], np.float32)
    figure = new_figure(7.0, 7.4, f"Manifold of {scene.title}")
    axes = figure.subplots()
    cell = show_cells(axes, scene.decode(codes, None), SIDE, scene.look)
    numbers = [f"{step:.1f}" for step in steps]
    label_cells(axes, cell, numbers[::-1], numbers)
    axes.set_xlabel("first number of the code, in standard deviations of the prior")
    axes.set_ylabel("second number")
    return figure
