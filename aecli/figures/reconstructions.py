"""Originals over their reconstructions; corrupted inputs on top where there is a corruption."""

from matplotlib.figure import Figure

from aecli.figures.cells import item_rows
from aecli.figures.scene import Scene


def draw(scene: Scene) -> Figure | None:
    """Draws the sample images with what becomes of them."""
    pictures = scene.samples
    rows = [("original", pictures.images), ("reconstruction", pictures.reconstructions)]
    if scene.corrupted:
        rows.insert(0, ("corrupted input", pictures.inputs))
    below = [f"{loss:.3g}" for loss in pictures.losses]
    what = f"Test {scene.look.noun} and reconstructions of {scene.title}"
    title = f"{what}\nbelow: reconstruction loss ({scene.unit})"
    return item_rows(title, rows, below, scene.look)
