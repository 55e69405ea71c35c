"""The test samples that are reconstructed worst."""

from matplotlib.figure import Figure

from aecli.figures.reconstructions import with_reconstructions
from aecli.figures.scene import Scene


def draw(scene: Scene) -> Figure | None:
    """Draws the samples with the highest reconstruction loss, the worst one first."""
    return with_reconstructions(scene, scene.worst, f"Worst reconstructions of {scene.title}")
