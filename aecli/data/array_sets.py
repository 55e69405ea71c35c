"""Arrays by name, in one file or in several that a pattern names: `.npz`, `.npy` (its one array is `x`) and HDF5."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from aecli.core.errors import DataError
from aecli.core.text import listed
from aecli.data.array_files import StoredArray, arrays_in
from aecli.data.hdf5 import SUFFIXES, Hdf5Array, arrays_in_hdf5
from aecli.data.stored import Numbers, OnDisk
from aecli.data.streamed import fits, on_disk

log = logging.getLogger(__name__)

BLOCK_BYTES = 2**24
"""What is read at a time of arrays that memory can't hold."""


class FileArray(Protocol):
    """An array that stays in its file until it is read."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape; at least one axis."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of its numbers, or of its texts."""

    def blocks(self, rows: int) -> Iterator[NDArray[Any]]:
        """Its rows in order, some at a time."""

    def read(self) -> NDArray[Any]:
        """All of it."""


@dataclass(frozen=True)
class Joined:
    """Arrays of several files, one behind the other.

    Attributes:
        parts: Of one dtype, and of shapes that differ in their first axis only.
    """

    parts: Sequence[FileArray]

    @property
    def shape(self) -> tuple[int, ...]:
        """All rows together."""
        first = self.parts[0].shape
        return (sum(part.shape[0] for part in self.parts), *first[1:])

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of all."""
        return self.parts[0].dtype

    def __str__(self) -> str:
        """The first, and how many others there are."""
        return f"{self.parts[0]} and {len(self.parts) - 1:,} more"

    def blocks(self, rows: int) -> Iterator[NDArray[Any]]:
        """The rows of each file in turn, some at a time."""
        for part in self.parts:
            yield from part.blocks(rows)

    def read(self) -> NDArray[Any]:
        """All of them in one."""
        return np.concatenate([part.read() for part in self.parts])


@dataclass(frozen=True)
class ArraySet:
    """The arrays of a data set.

    Attributes:
        paths: Its files, in the order in which their rows follow one another; all hold arrays of the same names.
        names: The names.
    """

    paths: tuple[Path, ...]
    names: list[str]

    @classmethod
    def of(cls, files: Sequence[Path]) -> ArraySet:
        """The set of some files.

        Raises:
            DataError: A file is missing or damaged, or they hold other arrays.
        """
        paths = tuple(files)
        held = [_names(path) for path in paths]
        for path, names in zip(paths, held, strict=True):
            if sorted(names) != sorted(held[0]):
                raise DataError(
                    f"{path}: holds {listed(names)}, and {paths[0]} holds {listed(held[0])}: files of one data set "
                    "hold arrays of the same names"
                )
        return cls(paths, held[0])

    def open(self, name: str) -> FileArray:
        """One of the arrays.

        Raises:
            DataError: It is damaged, or doesn't go on from one file to the next.
        """
        parts = [_open(path, name) for path in self.paths]
        first = parts[0]
        for part in parts[1:]:
            if part.shape[1:] != first.shape[1:] or part.dtype.kind != first.dtype.kind:
                raise DataError(
                    f"{part}: expected {first.dtype} of shape (…, {', '.join(map(str, first.shape[1:]))}), as in "
                    f"{first}, received {part.dtype} of shape {part.shape}"
                )
            if part.dtype != first.dtype and first.dtype.kind != "U":
                raise DataError(f"{part}: expected {first.dtype}, as in {first}, received {part.dtype}")
        return first if len(parts) == 1 else Joined(parts)


def hold(array: FileArray, limit_mb: int | None) -> Numbers | OnDisk:
    """An array in memory, or where that can't hold it, in a file that stands in for one.

    Args:
        array: The array.
        limit_mb: What its samples may take in memory, in MiB; by default half of what is left.
    """
    if fits(array.shape[0], array.shape[1:], array.dtype.name, limit_mb):
        return np.array(array.read()) if isinstance(array, StoredArray) and array.is_mapped else array.read()
    log.warning(f"{array}: {array.shape[0]:,} samples are too many for memory; they are streamed")
    if isinstance(array, StoredArray) and array.is_mapped:
        return OnDisk(array.read())
    numbers = on_disk(array.shape, array.dtype.str)
    row = max(1, prod(array.shape[1:]) * array.dtype.itemsize)
    start = 0
    for block in array.blocks(max(1, BLOCK_BYTES // row)):
        numbers[start : start + len(block)] = block
        start += len(block)
    return OnDisk(numbers)


def _names(path: Path) -> list[str]:
    if path.suffix.lower() == ".npy":
        return ["x"]
    return (arrays_in_hdf5 if path.suffix.lower() in SUFFIXES else arrays_in)(path)


def _open(path: Path, name: str) -> FileArray:
    if path.suffix.lower() == ".npy":
        return StoredArray.open(path)
    kind: Callable[[Path, str], FileArray] = (
        Hdf5Array.open if path.suffix.lower() in SUFFIXES else StoredArray.open
    )
    return kind(path, name)
