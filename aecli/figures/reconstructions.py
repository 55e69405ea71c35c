"""Originals over their reconstructions; corrupted inputs on top where there is a corruption."""

from matplotlib.figure import Figure

from aecli.figures.cells import item_rows
from aecli.figures.scene import Scene, Shown


def draw(scene: Scene) -> Figure | None:
    """Draws some samples with what becomes of them."""
    title = f"Test {scene.look.noun} and reconstructions of {scene.title}"
    return with_reconstructions(scene, scene.samples, title)


def with_reconstructions(scene: Scene, shown: Shown, title: str) -> Figure:
    """Some samples, what went in where that is something else, what came out, and what each cost."""
    rows = [("original", shown.originals), ("reconstruction", shown.reconstructions)]
    if scene.corrupted:
        rows.insert(0, ("corrupted input", shown.inputs))
    below = [f"{loss:.3g}" for loss in shown.losses]
    return item_rows(f"{title}\nbelow: reconstruction loss ({scene.unit})", rows, below, scene.look)
