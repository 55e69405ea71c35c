"""Originals over their reconstructions; corrupted inputs on top where there is a corruption."""

from matplotlib.figure import Figure

from aecli.figures.scene import Scene
from aecli.figures.style import image_rows


def draw(scene: Scene) -> Figure | None:
    """Draws the sample images with what becomes of them."""
    pictures = scene.samples
    rows = [("original", pictures.images), ("reconstruction", pictures.reconstructions)]
    if scene.corrupted:
        rows.insert(0, ("corrupted input", pictures.inputs))
    below = [f"{loss:.3g}" for loss in pictures.losses]
    title = f"Test images and reconstructions of {scene.title}\nbelow: reconstruction loss ({scene.unit})"
    return image_rows(title, rows, below)
