"""The codes of test samples in the plane: as they are if they have two numbers, by PCA beyond."""

import numpy as np
from matplotlib.figure import Figure

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
    from sklearn.decomposition import PCA

    # Two components of many: all of them take twenty times as long. ARPACK can't start from codes that are all equal.
    few = min(codes.shape) > MANY and codes.std(axis=0).any()
    plane = PCA(2, svd_solver="arpack" if few else "full", random_state=0)
    with np.errstate(invalid="ignore"):
        points = plane.fit_transform(codes)
    variance = np.nan_to_num(plane.explained_variance_ratio_)  # of codes that are all equal, 0 of 0
    names = [f"principal component {i + 1} ({part:.0%} of the variance)" for i, part in enumerate(variance)]
    return scatter(points, scene.test_labels, f"{title}, by PCA", (names[0], names[1]))
