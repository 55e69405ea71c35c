"""Samples as they are stored, before they are scaled: in memory, or in a file that stands in for an array."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from aecli.core.errors import DataError
from aecli.data.windows import Windows

Numbers: TypeAlias = NDArray[Any]
Labels: TypeAlias = NDArray[Any]
"""Integers or texts."""


@dataclass(frozen=True)
class OnDisk:
    """Stored samples in a file; as far as it goes, an array.

    Attributes:
        file: The mapped file, (samples, *sample_shape).
        rows: Which of its samples these are, and in which order; None for all.
    """

    file: Numbers
    rows: NDArray[np.integer] | None = None

    def __len__(self) -> int:
        """The number of samples."""
        return len(self.file) if self.rows is None else len(self.rows)

    @property
    def shape(self) -> tuple[int, ...]:
        """(samples, *sample_shape)."""
        return (len(self), *self.file.shape[1:])

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.file.ndim

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of the stored numbers."""
        return self.file.dtype

    def __getitem__(self, rows: Any) -> Numbers:
        """Some samples, by a slice or their numbers, read into memory."""
        numbers: Numbers = np.asarray(self.file)[rows if self.rows is None else self.rows[rows]]
        return numbers if numbers.flags.owndata else numbers.copy()

    def take(self, rows: Any) -> OnDisk:
        """Some samples, by a slice or their numbers, left where they are."""
        return OnDisk(self.file, (np.arange(len(self.file)) if self.rows is None else self.rows)[rows])


@dataclass(frozen=True)
class Stored:
    """Some samples as stored.

    Attributes:
        samples: Numbers of any dtype, (samples, *sample_shape); on disk where memory can't hold them, and cut out
            as they are asked for where they are windows.
        labels: Integers or texts, (samples,); None where there are none.
        lengths: Steps of each sequence that aren't padding, (samples,); None where none are padded.
        pieces: Where samples are cut out of larger things, which they are and where: what each was cut out of,
            its first step there and the step after its last, (samples, 3). None where each stands alone.
    """

    samples: Numbers | OnDisk | Windows
    labels: Labels | None = None
    lengths: NDArray[np.integer] | None = None
    pieces: NDArray[np.integer] | None = None

    def __len__(self) -> int:
        """The number of samples."""
        return len(self.samples)

    def take(self, rows: Any) -> Stored:
        """Some of the samples, by a slice or their numbers."""
        samples = self.samples[rows] if isinstance(self.samples, np.ndarray) else self.samples.take(rows)
        return Stored(samples, taken(self.labels, rows), taken(self.lengths, rows), taken(self.pieces, rows))

    @property
    def real(self) -> Any:
        """The numbers that aren't padding: all samples, or (steps, features) of all sequences together."""
        return self.samples if self.lengths is None else self.samples[self.mask]

    @property
    def mask(self) -> NDArray[np.bool_]:
        """Which steps of padded sequences are real, (samples, steps)."""
        assert self.lengths is not None
        mask: NDArray[np.bool_] = np.arange(self.samples.shape[1]) < self.lengths[:, np.newaxis]
        return mask


def check_labels(labels: NDArray[np.generic], count: int, where: str) -> None:
    """Checks that labels are numbers or texts, one for each sample.

    Raises:
        DataError: They aren't.
    """
    right = labels.shape == (count,) and labels.dtype.kind in "biufU"
    if not right or (labels.dtype.kind == "f" and not np.isfinite(labels).all()):
        raise DataError(
            f"{where}: expected one label (a number or a text) for each of the {count:,} samples, "
            f"received {labels.dtype} of shape {labels.shape}"
        )


def taken(array: NDArray[Any] | None, rows: Any) -> NDArray[Any] | None:
    """Some rows of an array that may not be there."""
    return None if array is None else array[rows]
