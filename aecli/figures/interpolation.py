"""From one test sample to another, in a straight line through the code."""

import numpy as np
from matplotlib.figure import Figure

from aecli.figures.cells import item_rows
from aecli.figures.scene import Floats, Scene
from aecli.figures.style import label_text

PARTS = np.linspace(0.0, 1.0, 9, dtype=np.float32)
PAIRS = 5


def draw(scene: Scene) -> Figure | None:
    """Draws what decodes between pairs of samples; the originals stand at both ends."""
    samples = scene.samples
    pairs = [(i, i + 1) for i in range(0, len(samples.originals) - 1, 2)][:PAIRS]
    if not pairs:
        return None
    rows = []
    for first, second in pairs:
        codes = _between(samples.codes, first, second)
        between = scene.decode(codes, None if samples.told is None else _between(samples.told, first, second))
        ends = samples.originals[first : first + 1], samples.originals[second : second + 1]
        name = f"{first + 1} to {second + 1}"
        if samples.labels is not None:
            name = f"{label_text(samples.labels[first])} to {label_text(samples.labels[second])}"
        rows.append((name, np.concatenate([ends[0], between, ends[1]])))
    below = ["original", *[f"{t:.0%}" for t in PARTS], "original"]
    return item_rows(f"Interpolation between codes of {scene.title}", rows, below, scene.look)


def _between(rows: Floats, first: int, second: int) -> Floats:
    """From one row to another in equal steps."""
    return np.stack([(1 - t) * rows[first] + t * rows[second] for t in PARTS])
