"""Samples that stay as they are stored, in less memory than floats take, and are scaled as they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.data.scaling import Scaling
from aecli.data.stored import Numbers, OnDisk

FLOAT_BYTES = 4
"""Of a float32."""


@dataclass(frozen=True)
class Scaled:
    """Scaled samples; as far as it goes, a float32 array.

    Attributes:
        stored: The samples, (samples, *sample_shape).
        scaling: What scales them.
    """

    stored: Numbers | OnDisk
    scaling: Scaling

    def __len__(self) -> int:
        """The number of samples."""
        return len(self.stored)

    @property
    def shape(self) -> tuple[int, ...]:
        """(samples, *sample_shape)."""
        return self.stored.shape

    @property
    def dtype(self) -> np.dtype[np.float32]:
        """Of the scaled numbers."""
        return np.dtype(np.float32)

    def __getitem__(self, rows: Any) -> NDArray[np.float32]:
        """Some samples, by a slice or their numbers."""
        return self.scaling.apply(self.stored[rows])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """All samples, for NumPy."""
        return np.asarray(self[:], dtype)


def stays_stored(samples: Numbers | OnDisk, scaling: Scaling) -> bool:
    """Whether samples stay as they are stored: that takes less, and to scale them is one division."""
    return scaling.divides and samples.dtype.itemsize < FLOAT_BYTES
