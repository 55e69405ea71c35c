"""Pieces of one length out of long sequences: each step is held once, however many pieces it is in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Numbers = NDArray[Any]


@dataclass(frozen=True)
class Windows:
    """Pieces of sequences; as far as it goes, an array.

    Attributes:
        steps: The steps that are in a piece, (steps, features); those of a piece stand in a row.
        starts: The first step of each piece, (samples,).
        length: Steps of a piece.
    """

    steps: Numbers
    starts: NDArray[np.integer]
    length: int

    @classmethod
    def of(cls, steps: Numbers, starts: NDArray[np.integer], length: int) -> Windows:
        """Cuts pieces; steps that are in none are left out, whatever they hold."""
        begun = np.bincount(starts, minlength=len(steps) + 1)
        ended = np.bincount(starts + length, minlength=len(steps) + 1)
        used = np.cumsum(begun - ended)[:-1] > 0
        if used.all():
            return cls(steps, starts, length)
        return cls(steps[used], (np.cumsum(used) - 1)[starts], length)

    def __len__(self) -> int:
        """The number of pieces."""
        return len(self.starts)

    @property
    def shape(self) -> tuple[int, ...]:
        """(samples, length, features)."""
        return (len(self), self.length, *self.steps.shape[1:])

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.steps.ndim + 1

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of the numbers."""
        return self.steps.dtype

    def __getitem__(self, rows: Any) -> Numbers:
        """Some pieces, by a slice or their numbers; a view, not to be written to, where they lie evenly."""
        starts = self.starts[rows]
        pieces = np.moveaxis(sliding_window_view(self.steps, self.length, axis=0), -1, 1)
        strides = np.diff(starts)
        if len(strides) and strides[0] > 0 and (strides == strides[0]).all():
            return pieces[starts[0] : starts[-1] + 1 : strides[0]]
        return np.ascontiguousarray(pieces[starts])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Numbers:
        """All pieces, for NumPy."""
        return np.array(self[:], dtype)

    def take(self, rows: Any) -> Windows:
        """Some pieces, by a slice or their numbers."""
        return Windows.of(self.steps, self.starts[rows], self.length)

    def with_steps(self, steps: Numbers) -> Windows:
        """The same pieces of other numbers, (steps, features)."""
        return replace(self, steps=steps)
