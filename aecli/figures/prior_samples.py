"""New samples: codes drawn from the prior, decoded."""

import numpy as np
from matplotlib.figure import Figure

from aecli.figures.cells import show_cells
from aecli.figures.scene import Scene
from aecli.figures.style import new_figure

SIDE = 10


def draw(scene: Scene) -> Figure | None:
    """Draws a hundred samples from the prior."""
    if scene.prior_dim is None:
        return None
    codes = scene.random.standard_normal((SIDE * SIDE, scene.prior_dim)).astype(np.float32)
    figure = new_figure(6.4, 6.7, f"Samples from the prior of {scene.title}")
    show_cells(figure.subplots(), scene.decode(codes), SIDE, scene.look)
    return figure
