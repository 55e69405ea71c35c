"""What stands in a page in the network's place where that can't be there: decoded points of the plane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aecli.models.autoencoder import Autoencoder
from aecli.reports.explore.axes import Axes

MOST_BYTES = 6_000_000
"""Of all points together."""
SIDE = 25
"""Points a side, at most."""
REACH = 3.0
"""How many standard deviations of the codes the outermost points are from their mean."""


@dataclass(frozen=True)
class Grid:
    """Decoded points of the plane.

    Attributes:
        side: Points a side.
        reach: How far the outermost are from the middle along each axis, in the codes' units, (2,).
        decoded: What they decode to, float16 bytes: from the lowest second coordinate, row by row.
    """

    side: int
    reach: tuple[float, float]
    decoded: bytes

    @classmethod
    def of(cls, network: Autoencoder, axes: Axes, codes: NDArray[np.float32]) -> Grid:
        """Decodes points around the mean code; where there is a condition, as of the first class.

        Args:
            network: The network.
            axes: The plane.
            codes: Codes that say how far it reaches, (count, numbers).
        """
        size = int(np.prod(network.sample_shape))
        side = int(np.clip((MOST_BYTES / (2 * size)) ** 0.5, 3, SIDE))
        basis = directions(axes)
        spread = np.maximum(((codes - axes.mean) @ basis.T).std(axis=0), 1e-3)
        steps = np.linspace(-REACH, REACH, side)
        points = np.array([(x, y) for y in steps for x in steps]) * spread
        latents = (axes.mean + points @ basis).astype(np.float32).reshape(-1, *network.latent_shape)
        labels = (
            np.eye(1, network.classes, dtype=np.float32).repeat(len(latents), 0) if network.classes else None
        )
        decoded = network.decode_all(network.nearest(latents), labels)
        return cls(side, tuple((REACH * spread).tolist()), decoded.astype("<f2").tobytes())


def directions(axes: Axes) -> NDArray[np.float32]:
    """The two directions of the plane, (2, numbers)."""
    if axes.components is not None:
        return axes.components
    return np.eye(2, len(axes.mean), dtype=np.float32)
