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
    samples, rows = scene.samples, []
    for first, second in pairs_of(scene):
        ends = samples.originals[first : first + 1], samples.originals[second : second + 1]
        name = f"{first + 1} to {second + 1}"
        if samples.labels is not None:
            name = f"{label_text(samples.labels[first])} to {label_text(samples.labels[second])}"
        rows.append((name, np.concatenate([ends[0], between(scene, first, second, PARTS), ends[1]])))
    if not rows:
        return None
    below = ["original", *[f"{t:.0%}" for t in PARTS], "original"]
    return item_rows(f"Interpolation between codes of {scene.title}", rows, below, scene.look)


def pairs_of(scene: Scene) -> list[tuple[int, int]]:
    """The samples between which an interpolation goes, by their numbers."""
    return [(i, i + 1) for i in range(0, len(scene.samples.originals) - 1, 2)][:PAIRS]


def between(scene: Scene, first: int, second: int, parts: Floats) -> Floats:
    """What decodes on the straight way from one sample's code to another's, at parts of it from 0 to 1."""

    def way(rows: Floats) -> Floats:
        return np.stack([(1 - t) * rows[first] + t * rows[second] for t in parts])

    told = scene.samples.told
    return scene.decode(way(scene.samples.codes), None if told is None else way(told))
