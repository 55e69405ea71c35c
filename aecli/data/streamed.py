"""Data sets larger than memory: stored items in a file, read and scaled as they are asked for.

Pictures are decoded once, into a file in aecli's cache that has no name any more once it is open: it is gone
with the process, however that ends, and can never be stale. An epoch then reads rows of it in its own order,
and the operating system keeps in memory as much as there is room for.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.data.cache import cache_folder
from aecli.data.scaling import Scaling
from aecli.errors import DataError

COPIES = 2
"""Of the scaled numbers that a training in memory holds: the images, and TensorFlow's tensor of them."""


@dataclass(frozen=True)
class OnDisk:
    """Stored items in a file; as far as it goes, an array.

    Attributes:
        file: The mapped file, (items, *image_shape).
        rows: Which of its items these are, and in which order; None for all.
    """

    file: NDArray[Any]
    rows: NDArray[np.integer] | None = None

    def __len__(self) -> int:
        """The number of items."""
        return len(self.file) if self.rows is None else len(self.rows)

    @property
    def shape(self) -> tuple[int, ...]:
        """(items, *image_shape)."""
        return (len(self), *self.file.shape[1:])

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.file.ndim

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of the stored numbers."""
        return self.file.dtype

    def __getitem__(self, rows: Any) -> NDArray[Any]:
        """Some items, by a slice or their numbers, read into memory."""
        return np.array(self.file[rows if self.rows is None else self.rows[rows]])

    def take(self, rows: Any) -> OnDisk:
        """Some items, by a slice or their numbers, left where they are."""
        return OnDisk(self.file, (np.arange(len(self.file)) if self.rows is None else self.rows)[rows])


@dataclass(frozen=True)
class Streamed:
    """Scaled items, which are read and scaled as they are asked for; as far as it goes, a float32 array.

    Attributes:
        stored: The items.
        scaling: What scales them.
    """

    stored: OnDisk
    scaling: Scaling

    def __len__(self) -> int:
        """The number of items."""
        return len(self.stored)

    @property
    def shape(self) -> tuple[int, ...]:
        """(items, *image_shape)."""
        return self.stored.shape

    def __getitem__(self, rows: Any) -> NDArray[np.float32]:
        """Some items, by a slice or their numbers."""
        return self.scaling.apply(self.stored[rows])


def fits(count: int, image_shape: tuple[int, ...], dtype: str, limit_mb: int | None) -> bool:
    """Whether a training can hold items in memory.

    Args:
        count: How many items.
        image_shape: The shape of one.
        dtype: Of the stored numbers.
        limit_mb: What they may take, in MiB; None is half of what the machine has left.
    """
    needed = count * prod(image_shape) * (np.dtype(dtype).itemsize + 4 * COPIES)
    return needed <= (_available() // 2 if limit_mb is None else limit_mb * 2**20)


def on_disk(shape: tuple[int, ...], dtype: str) -> NDArray[Any]:
    """A mapped file of zeros to fill, in aecli's cache.

    Raises:
        DataError: There is no room for it.
    """
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            return np.memmap(file, dtype, "w+", shape=shape)
    except OSError as error:
        size = prod(shape) * np.dtype(dtype).itemsize / 2**30
        raise DataError(
            f"{folder}: no room for {size:.1f} GiB of decoded pictures ({error.strerror}). Set "
            "AECLI_CACHE_DIR to a folder on a larger disk, or make the pictures smaller: data.size"
        ) from error


def _available() -> int:
    """Bytes of memory that this machine has left."""
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    return 8 * 2**30  # where no one says
