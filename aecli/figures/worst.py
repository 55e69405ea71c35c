"""The test images that are reconstructed worst."""

from matplotlib.figure import Figure

from aecli.figures.cells import item_rows
from aecli.figures.scene import Scene


def draw(scene: Scene) -> Figure | None:
    """Draws the images with the highest reconstruction loss, the worst one first."""
    pictures = scene.worst
    rows = [("original", pictures.images), ("reconstruction", pictures.reconstructions)]
    if scene.corrupted:
        rows.insert(0, ("corrupted input", pictures.inputs))
    below = [f"{loss:.3g}" for loss in pictures.losses]
    title = f"Worst reconstructions of {scene.title}\nbelow: reconstruction loss ({scene.unit})"
    return item_rows(title, rows, below, scene.look)
