"""Originals over their reconstructions; corrupted inputs on top where there is a corruption."""

from matplotlib.figure import Figure

from aecli.figures.cells import item_rows
from aecli.figures.scene import Pictures, Scene


def draw(scene: Scene) -> Figure | None:
    """Draws the sample images with what becomes of them."""
    title = f"Test {scene.look.noun} and reconstructions of {scene.title}"
    return with_reconstructions(scene, scene.samples, title)


def with_reconstructions(scene: Scene, pictures: Pictures, title: str) -> Figure:
    """Some images, what went in where that is something else, what came out, and what each cost."""
    rows = [("original", pictures.images), ("reconstruction", pictures.reconstructions)]
    if scene.corrupted:
        rows.insert(0, ("corrupted input", pictures.inputs))
    below = [f"{loss:.3g}" for loss in pictures.losses]
    return item_rows(f"{title}\nbelow: reconstruction loss ({scene.unit})", rows, below, scene.look)
