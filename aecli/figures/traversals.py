"""What each latent dimension changes: one number of a code moved through its prior, the others at its mean."""

import numpy as np
from matplotlib.figure import Figure

from aecli.figures.cells import item_rows
from aecli.figures.scene import Scene

STEPS = np.linspace(-3.0, 3.0, 7, dtype=np.float32)
"""Standard deviations of the prior."""
MOST_ROWS = 10


def draw(scene: Scene) -> Figure | None:
    """Draws a row a dimension of a Gaussian latent, the one with the highest KL divergence first."""
    if scene.kl is None:
        return None
    kl = scene.kl.mean(axis=0)
    dimensions = np.argsort(-kl, kind="stable")[:MOST_ROWS]
    codes = np.zeros((len(dimensions), len(STEPS), len(kl)), np.float32)
    for row, dimension in zip(codes, dimensions, strict=True):
        row[:, dimension] = STEPS
    told = scene.samples.told
    flat = codes.reshape(-1, codes.shape[-1])
    decoded = scene.decode(flat, None if told is None else np.repeat(told[:1], len(flat), axis=0))
    rows = [
        (f"z{dimension + 1}: {kl[dimension]:.2f} nats", row)
        for dimension, row in zip(
            dimensions, decoded.reshape(*codes.shape[:2], *decoded.shape[1:]), strict=True
        )
    ]
    title = (
        f"Latent traversals of {scene.title}\n"
        f"one dimension moved, the others at the prior's mean; the highest of {len(kl)} KL divergences first"
    )
    return item_rows(title, rows, [f"{step:+.0f} σ" if step else "0" for step in STEPS], scene.look)
