"""Originals over their reconstructions and the errors; corrupted inputs on top where there is a corruption."""

from matplotlib.figure import Figure

from aecli.figures.cells import item_rows
from aecli.figures.scene import Scene, Shown
from aecli.figures.style import decimals, label_text


def draw(scene: Scene) -> Figure | None:
    """Draws some samples with what becomes of them."""
    title = f"Test {scene.look.noun} and reconstructions of {scene.title}"
    return with_reconstructions(scene, scene.samples, title)


def with_reconstructions(scene: Scene, shown: Shown, title: str) -> Figure:
    """Some samples, what went in where that is something else, what came out, and what each cost."""
    rows = [("original", shown.originals), ("reconstruction", shown.reconstructions)]
    if scene.corrupted:
        rows.insert(0, ("corrupted input", shown.inputs))
    below, said = decimals(shown.losses), f"reconstruction loss ({scene.unit})"
    if shown.labels is not None:
        below = [f"{label_text(label)}\n{loss}" for label, loss in zip(shown.labels, below, strict=True)]
        said = f"label and {said}"
    title = f"{title}\nbelow: {said}"
    if scene.look.kind != "images":
        return item_rows(title, rows, below, scene.look)
    return item_rows(title, rows, below, scene.look, errors=shown.reconstructions - shown.originals)
