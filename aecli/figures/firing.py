"""How often the units of a sparse code fire."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from aecli.figures.scene import Scene
from aecli.figures.style import TRAIN, new_figure

BINS = 25


def draw(scene: Scene) -> Figure | None:
    """Draws a histogram of the share of test samples that each unit fires for.

    Only of codes that are meant to be sparse: a ReLU's alone have zeros that nobody asked for.
    """
    if not scene.sparse:
        return None
    shares = (scene.test_codes != 0).mean(axis=0)
    dead = int(np.sum(shares == 0))
    title = f"How often the {len(shares)} units of {scene.title} fire: {dead} never do"
    figure = new_figure(7.2, 3.6, title)
    axes = figure.subplots()
    axes.hist(shares, bins=BINS, range=(0.0, max(float(shares.max()), 0.01)), color=TRAIN, ec="white", lw=0.5)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel(f"test {scene.look.noun} that a unit fires for")
    axes.set_ylabel("units")
    axes.set_xlim(0.0)
    axes.axvline(float(shares.mean()), color="0.3", lw=1, ls=":", label=f"mean: {shares.mean():.1%}")
    axes.legend(frameon=False)
    axes.grid(alpha=0.3, axis="y")
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    return figure
