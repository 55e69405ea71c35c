"""Data sets larger than memory: stored samples in a file, read and scaled as they are asked for.

Images are decoded once, into a file in aecli's cache that has no name any more once it is open: it is gone
with the process, however that ends, and can never be stale. An epoch then reads rows of it in its own order,
and the operating system keeps in memory as much as there is room for.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from errno import ENOSPC
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.core.errors import DataError
from aecli.core.memory import available
from aecli.data.cache import cache_folder
from aecli.data.scaled import Scaled

COPIES = 2
"""Of the scaled numbers that memory has to have room for: the samples, and what is computed from all of them."""


class Streamed(Scaled):
    """Scaled samples that are read from a file as they are asked for."""


def fits(count: int, sample_shape: tuple[int, ...], dtype: str, limit_mb: int | None) -> bool:
    """Whether a training can hold samples in memory.

    Args:
        count: How many samples.
        sample_shape: The shape of one.
        dtype: Of the stored numbers.
        limit_mb: What they may take, in MiB; None is half of what the machine has left.
    """
    needed = count * prod(sample_shape) * (np.dtype(dtype).itemsize + 4 * COPIES)
    return needed <= (available() // 2 if limit_mb is None else limit_mb * 2**20)


def on_disk(shape: tuple[int, ...], dtype: str) -> NDArray[Any]:
    """A mapped file of zeros to fill, in aecli's cache.

    Raises:
        DataError: There is no room for it.
    """
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(folder).free < prod(shape) * np.dtype(dtype).itemsize:
            raise OSError(ENOSPC, os.strerror(ENOSPC))
        with tempfile.TemporaryFile(dir=folder) as file:
            return np.memmap(file, dtype, "w+", shape=shape)
    except OSError as error:
        size = prod(shape) * np.dtype(dtype).itemsize / 2**30
        raise DataError(
            f"{folder}: no room for {size:.1f} GiB of samples ({error.strerror}). Set "
            "AECLI_CACHE_DIR to a folder on a larger disk, or take fewer samples (data.limit), or smaller ones"
        ) from error
