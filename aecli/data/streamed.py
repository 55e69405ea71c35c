"""Data sets larger than memory: stored samples in a file, read and scaled as they are asked for.

Images are decoded once, into a file in aecli's cache that has no name any more once it is open: it is gone
with the process, however that ends, and can never be stale. An epoch then reads rows of it in its own order,
and the operating system keeps in memory as much as there is room for.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from errno import ENOSPC
from math import prod
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from aecli.core.errors import DataError
from aecli.core.memory import available, check_fits
from aecli.data.cache import cache_folder
from aecli.data.scaled import Scaled
from aecli.data.stored import OnDisk

log = logging.getLogger(__name__)

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


def in_memory(blocks: Iterable[NDArray[Any]], what: str) -> NDArray[Any]:
    """Rows that come some at a time, in one array.

    Args:
        blocks: At least one, (rows, …), which differ in their number of rows alone.
        what: Names them in messages.

    Raises:
        DataError: Memory can't hold them.
    """
    held, bytes_held = [], 0
    for block in blocks:
        held.append(block)
        bytes_held += block.nbytes
        check_fits(bytes_held, what, "Cut it into several files")  # as much again, to put them into one
    return np.concatenate(held)


def in_memory_or_on_disk(
    blocks: Iterable[NDArray[Any]], what: str, limit_mb: int | None
) -> NDArray[Any] | OnDisk:
    """The same, where memory can't hold what a training takes in a file that stands in for an array.

    Args:
        blocks: As for `in_memory`.
        what: Names them in messages.
        limit_mb: As for `fits`.

    Raises:
        DataError: There is no room for them.
    """
    held, count, waiting = [], 0, iter(blocks)
    for block in waiting:
        held.append(block)
        count += len(block)
        if not fits(count, block.shape[1:], block.dtype.name, limit_mb):
            log.warning(f"{what}: its rows are too many for memory; they are streamed")
            return OnDisk(_written(held, waiting))
    return np.concatenate(held)


def _written(held: list[NDArray[Any]], others: Iterator[NDArray[Any]]) -> NDArray[Any]:
    """Blocks behind one another in a mapped file; memory lets go of those that are held as they are written."""
    dtype, shape, count = held[0].dtype, held[0].shape[1:], 0

    def every() -> Iterator[NDArray[Any]]:
        while held:
            yield held.pop(0)
        yield from others

    with _nameless("the rows") as file:
        for block in every():
            file.write(np.ascontiguousarray(block).data)
            count += len(block)
        file.flush()
        return np.memmap(file, dtype, "r+", shape=(count, *shape))


def on_disk(shape: tuple[int, ...], dtype: str) -> NDArray[Any]:
    """A mapped file of zeros to fill, in aecli's cache.

    Raises:
        DataError: There is no room for it.
    """
    needed = prod(shape) * np.dtype(dtype).itemsize
    with _nameless(f"{needed / 2**30:.1f} GiB of samples", needed) as file:
        return np.memmap(file, dtype, "w+", shape=shape)


@contextmanager
def _nameless(what: str, needed: int = 0) -> Iterator[IO[bytes]]:
    """A file in aecli's cache that goes with the process."""
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(folder).free < needed:
            raise OSError(ENOSPC, os.strerror(ENOSPC))
        with tempfile.TemporaryFile(dir=folder) as file:
            yield file
    except OSError as error:
        raise DataError(
            f"{folder}: no room for {what} ({error.strerror}). Set AECLI_CACHE_DIR to a folder on a larger disk, "
            "or take fewer samples (data.limit), or smaller ones"
        ) from error
