"""The codes of test images in the plane: as they are if they have two numbers, by PCA beyond."""

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from aecli.figures.plane import scatter
from aecli.figures.scene import Scene


def principal_components(points: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Projects points onto their first two principal components.

    Args:
        points: (count, dimensions), with at least two of each.

    Returns:
        The projections, (count, 2), and the part of the variance that each component explains, (2,).
    """
    centred = points - points.mean(axis=0)
    _, singular, directions = np.linalg.svd(centred, full_matrices=False)
    # A component's sign is arbitrary; this choice makes the picture the same every time.
    signs = np.sign(directions[np.arange(2), np.abs(directions[:2]).argmax(axis=1)])
    variance = singular**2 / max(float((singular**2).sum()), 1e-12)
    projected = centred @ (directions[:2] * signs[:, np.newaxis]).T
    return projected.astype(np.float32), variance[:2].astype(np.float32)


def draw(scene: Scene) -> Figure | None:
    """Draws the codes of the test sample, coloured by label."""
    codes, title = scene.test_codes, f"Codes of test {scene.look.noun}, {scene.title}"
    if len(codes) < 2 or codes.shape[1] < 2:
        return None
    if codes.shape[1] == 2:
        return scatter(codes, scene.test_labels, title, ("first number of the code", "second number"))
    points, variance = principal_components(codes)
    names = [f"principal component {i + 1} ({part:.0%} of the variance)" for i, part in enumerate(variance)]
    return scatter(points, scene.test_labels, f"{title}, by PCA", (names[0], names[1]))
