"""The codes of test samples in the plane: as they are if they have two numbers, by PCA beyond."""

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from aecli.figures.plane import scatter
from aecli.figures.scene import Scene

MANY = 50
"""Codes, and numbers of a code, beyond which only the two components that are drawn are computed."""


def draw(scene: Scene) -> Figure | None:
    """Draws the codes of the test sample, coloured by label."""
    codes, title = scene.test_codes, f"Codes of test {scene.look.noun}, {scene.title}"
    if len(codes) < 2 or codes.shape[1] < 2:
        return None
    if codes.shape[1] == 2:
        return scatter(codes, scene.test_labels, title, ("first number of the code", "second number"))
    points, variance = _principal_plane(codes)
    names = [f"principal component {i + 1} ({part:.0%} of the variance)" for i, part in enumerate(variance)]
    return scatter(points, scene.test_labels, f"{title}, by PCA", (names[0], names[1]))


def _principal_plane(codes: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The two principal components of codes, (codes, 2), and their parts of the variance, (2,)."""
    centred = codes - codes.mean(axis=0)
    total = np.square(centred).sum()
    # Two components of many: all of them take twenty times as long. ARPACK can't start from codes that are all equal.
    if min(codes.shape) > MANY and total:
        from scipy.sparse.linalg import svds

        _, sizes, axes = svds(centred, 2, rng=np.random.default_rng(0))
    else:
        _, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    largest = np.argsort(sizes)[:-3:-1]
    sizes, axes = sizes[largest], axes[largest]
    # A component has no sign of its own: its largest number is positive.
    heaviest = axes[np.arange(2), np.abs(axes).argmax(axis=1)]
    return centred @ (axes * np.sign(heaviest)[:, np.newaxis]).T, sizes**2 / (total or 1)
