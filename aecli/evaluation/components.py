"""Principal component analysis of as many samples as there are: a block at a time, the smaller matrix taken apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

NUMBERS_AT_A_TIME = 2**20
"""As many are turned into float64 at once."""


@dataclass(frozen=True)
class Components:
    """What samples look like on average, and the directions in which they differ most.

    Attributes:
        mean: Of the samples, (numbers,).
        axes: Orthonormal, the one with the largest variance first, (count, numbers).
    """

    mean: NDArray[np.float64]
    axes: NDArray[np.float64]

    def through(self, samples: Floats) -> Floats:
        """What is left of samples, (samples, *sample_shape), by their components alone; of the same shape."""
        found = np.empty(samples.shape, np.float32)
        for rows in _blocks(len(samples), prod(samples.shape[1:])):
            codes = (_flat(samples[rows]) - self.mean) @ self.axes.T
            found[rows] = (codes @ self.axes + self.mean).reshape(found[rows].shape)
        return found


def mean_of(samples: Any) -> NDArray[np.float64]:
    """The mean of samples, (samples, *sample_shape): an array, or what stands in for one."""
    blocks = _blocks(len(samples), prod(samples.shape[1:]))
    sums = (samples[rows].sum(axis=0, dtype=np.float64) for rows in blocks)
    return np.asarray(sum(sums) / len(samples))


def principal_components(samples: Any, count: int) -> Components:
    """The principal components of samples.

    Args:
        samples: (samples, *sample_shape): an array, or what stands in for one.
        count: How many components; fewer than there are samples, and than a sample has numbers.
    """
    from threadpoolctl import threadpool_limits

    # A sum of many small products takes several threads more time than it saves.
    with threadpool_limits(1):
        return _principal_components(samples, count)


def _principal_components(samples: Any, count: int) -> Components:
    mean, numbers = mean_of(samples).ravel(), prod(samples.shape[1:])
    if len(samples) >= numbers:
        blocks = (_flat(samples[rows]) - mean for rows in _blocks(len(samples), numbers))
        return Components(mean, _largest(blocks, numbers, count).T)
    centred = np.asarray(_flat(samples[:]) - mean, np.float32).T
    blocks = (centred[rows].astype(np.float64) for rows in _blocks(numbers, len(samples)))
    directions = _largest(blocks, len(samples), count)
    return Components(mean, np.linalg.qr(centred @ directions)[0].T)


def _largest(blocks: Iterator[NDArray[np.float64]], size: int, count: int) -> NDArray[np.float64]:
    """The eigenvectors of the largest eigenvalues of the sum of all blocks' squares, (size, count)."""
    from scipy.linalg import eigh

    total = np.zeros((size, size))
    for block in blocks:
        total += block.T @ block
    _, vectors = eigh(total, subset_by_index=(size - count, size - 1), overwrite_a=True)
    return np.asarray(vectors[:, ::-1])


def _flat(samples: Floats) -> Floats:
    return samples.reshape(len(samples), -1)


def _blocks(count: int, numbers: int) -> Iterator[slice]:
    """Rows that are computed with at once, of `count` with some numbers each."""
    size = max(1, NUMBERS_AT_A_TIME // numbers)
    return (slice(start, start + size) for start in range(0, count, size))
