"""New samples: codes drawn from the prior, decoded."""

import numpy as np
from matplotlib.figure import Figure

from aecli.figures.cells import cell_height, show_cells
from aecli.figures.scene import Scene
from aecli.figures.style import label_cells, label_text, new_figure, text_height

SIDE = 10

MOST_ROWS = 20
"""Labels, at most, that get a row."""


def draw(scene: Scene) -> Figure | None:
    """Draws a hundred samples from the prior; of a network with a condition, a row a label."""
    if scene.prior_dim is None:
        return None
    names = [] if scene.classes is None else scene.classes[:MOST_ROWS]
    rows, told = len(names) or SIDE, None
    if scene.classes is not None:
        told = np.repeat(np.eye(len(scene.classes), dtype=np.float32)[:rows], SIDE, axis=0)
    codes = scene.random.standard_normal((rows * SIDE, scene.prior_dim)).astype(np.float32)
    samples, title = scene.decode(codes, told), f"Samples from the prior of {scene.title}"
    tall = 0.75 * cell_height(samples, scene.look) * rows + text_height(title)
    figure = new_figure(6.4 + (0.4 if names else 0.0), tall, title)
    axes = figure.subplots()
    cell = show_cells(axes, samples, SIDE, scene.look)
    label_cells(axes, cell, [label_text(name) for name in names], [])
    return figure
