"""How reconstructions came about: the same samples after some of the epochs."""

from matplotlib.figure import Figure

from aecli.figures.cells import item_rows
from aecli.figures.scene import Scene


def draw(scene: Scene) -> Figure | None:
    """Draws a row an epoch under the originals; None where there was one epoch, or none was kept."""
    evolution = scene.evolution
    if evolution is None or len(evolution.reconstructions) < 2:
        return None
    rows = [("original", evolution.originals)]
    rows += [(f"epoch {epoch}", made) for epoch, made in evolution.reconstructions.items()]
    title = f"Reconstructions by {scene.title} while it was trained"
    return item_rows(title, rows, [""] * len(evolution.originals), scene.look)
