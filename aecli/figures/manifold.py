"""What a 2-D prior decodes to, point by point: 15×15 images spaced by the quantiles of the normal."""

from statistics import NormalDist

import numpy as np
from matplotlib.figure import Figure

from aecli.figures.scene import Scene
from aecli.figures.style import mosaic, new_figure, show_image

SIDE = 15
COVERED = 0.98
"""Part of the prior, along each axis, between the outermost rows."""


def draw(scene: Scene) -> Figure | None:
    """Draws the manifold of a 2-D code with a prior.

    The post scans ±15 standard deviations in equal steps, where the prior has no mass; equal steps in
    probability show each region as large as it is likely.
    """
    if scene.prior_dim != 2:
        return None
    quantiles = np.linspace((1 - COVERED) / 2, (1 + COVERED) / 2, SIDE)
    steps = np.array([NormalDist().inv_cdf(float(q)) for q in quantiles], np.float32)
    steps[SIDE // 2] = 0.0
    codes = np.array([(x, y) for y in steps[::-1] for x in steps], np.float32)
    figure = new_figure(7.0, 7.4, f"Manifold of {scene.title}")
    axes = figure.subplots()
    picture = mosaic(scene.decode(codes), SIDE, gap=0)
    show_image(axes, picture)
    ticks = [0, SIDE // 4, SIDE // 2, SIDE - 1 - SIDE // 4, SIDE - 1]
    height, width = picture.shape[0] / SIDE, picture.shape[1] / SIDE
    axes.set_xticks([(i + 0.5) * width for i in ticks], [f"{steps[i]:.1f}" for i in ticks])
    axes.set_yticks([(SIDE - i - 0.5) * height for i in ticks], [f"{steps[i]:.1f}" for i in ticks])
    axes.set_xlabel("first number of the code, in standard deviations of the prior")
    axes.set_ylabel("second number")
    return figure
