"""How much each latent dimension says of a sample: its KL divergence from the prior."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from aecli.figures.scene import Scene
from aecli.figures.style import TRAIN, bars, new_figure

NUMBERED = 32
"""Bars, at most, that are numbered."""


def draw(scene: Scene) -> Figure | None:
    """Draws a bar a dimension, the highest first."""
    if scene.kl is None:
        return None
    kl = scene.kl.mean(axis=0)
    order = np.argsort(-kl, kind="stable")
    title = f"KL divergence of each latent dimension of {scene.title}: {kl.sum():.1f} nats in all"
    figure = new_figure(7.2, 3.6, title)
    axes = figure.subplots()
    bars(axes, kl[order], TRAIN)
    if len(order) <= NUMBERED:
        axes.set_xticks(range(1, len(order) + 1), [f"z{dimension + 1}" for dimension in order], fontsize=8)
        axes.set_xlabel("latent dimension")
    else:
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel("latent dimensions, the highest first")
    axes.set_ylabel(f"nats, mean over {len(scene.kl)} test {scene.look.noun}")
    return figure
