"""How far the outputs of an export are from the network's own, and how far they may be."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

PIXELS = 1e-5
"""What pixels may differ by, absolute; where some are larger than 1, relative to the largest."""

CODES = 1e-4
"""What numbers of codes may differ by, relative to the largest number in the codes of all samples."""


@dataclass(frozen=True)
class Agreement:
    """How well one output agrees.

    Attributes:
        difference: The largest difference there is; infinite where shapes differ or numbers are missing.
        allowed: The largest one that passes.
        measure: `absolute` or `relative`.
    """

    difference: float
    allowed: float
    measure: str

    @property
    def holds(self) -> bool:
        """Whether it is close enough."""
        return self.difference <= self.allowed

    def __str__(self) -> str:
        """`1.2e-07 (absolute; allowed: 1e-05)`."""
        return f"{self.difference:.2g} ({self.measure}; allowed: {self.allowed:g})"


def agreement(name: str, expected: NDArray[np.float32], received: NDArray[Any] | None) -> Agreement:
    """Compares one output of an export with the network's.

    Args:
        name: The output's name; `reconstruction` is pixels, everything else is of the code.
        expected: The network's, (batch, …).
        received: The export's; None where it has no such output.
    """
    largest = float(np.abs(expected).max(initial=0.0))
    pixels = name == "reconstruction"
    scale = max(largest, 1.0) if pixels else largest
    measure = "absolute" if pixels and scale == 1.0 else "relative"
    allowed = PIXELS if pixels else CODES
    if received is None or received.shape != expected.shape:
        return Agreement(np.inf, allowed, measure)
    distance = float(np.abs(received.astype(np.float64) - expected).max(initial=0.0))
    difference = distance / scale if scale else distance
    return Agreement(np.inf if np.isnan(difference) else difference, allowed, measure)
