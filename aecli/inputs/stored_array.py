"""One array in an `.npy` or `.npz` file, read some rows at a time, and trusted in nothing."""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from aecli.errors import DataError

_DAMAGE = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,  # an encrypted member, or one packed in a way that zipfile doesn't know
    MemoryError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
"""What reading a damaged or hostile file can raise."""


@dataclass(frozen=True)
class StoredArray:
    """An array that stays in its file.

    Attributes:
        path: The file.
        member: The array's name in an `.npz` file; None in an `.npy` file.
        shape: Its shape; at least one axis.
        dtype: Of its numbers, or of its texts.
    """

    path: Path
    member: str | None
    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    @classmethod
    def open(cls, path: Path, member: str | None) -> StoredArray:
        """Reads what a file says of its array.

        Raises:
            DataError: It is missing or damaged, or holds no array of numbers or texts.
        """
        with _stream(path, member) as (file, size):
            shape, fortran, dtype = _header(file)
            where = _where(path, member)
            if dtype.kind not in "biufU" or not dtype.itemsize:
                raise DataError(f"{where}: expected numbers, received {dtype}")
            if fortran and len(shape) > 1:
                raise DataError(
                    f"{where}: is stored column by column; store it row by row: np.ascontiguousarray(x)"
                )
            if not shape or 0 in shape[1:]:
                raise DataError(f"{where}: expected an array of items, received the shape {shape}")
            if file.tell() + prod(shape) * dtype.itemsize > size:
                raise DataError(f"{where}: the file ends before its array, of shape {shape}, does")
            return cls(path, member, shape, dtype)

    def __len__(self) -> int:
        """The number of rows."""
        return self.shape[0]

    def __str__(self) -> str:
        """The file, and the array's name in it."""
        return _where(self.path, self.member)

    def blocks(self, rows: int) -> Iterator[NDArray[Any]]:
        """Reads the array.

        Args:
            rows: At a time.

        Yields:
            (up to `rows`, …), in order.

        Raises:
            DataError: The file is damaged, or has changed.
        """
        with _stream(self.path, self.member) as (file, _):
            if _header(file)[0] != self.shape:
                raise DataError(f"{self}: changes while it is read")
            for start in range(0, len(self), rows):
                block = np.empty((min(rows, len(self) - start), *self.shape[1:]), self.dtype)
                _fill(file, block.reshape(-1).view(np.uint8))
                yield block


def _where(path: Path, member: str | None) -> str:
    return str(path) if member is None else f"{path}:{member}"


@contextmanager
def _stream(path: Path, member: str | None) -> Iterator[tuple[IO[bytes], int]]:
    """An array's bytes, and how many there are; whatever is wrong with them names their file."""
    try:
        if member is None:
            with path.open("rb") as file:
                yield file, os.fstat(file.fileno()).st_size
        else:
            with zipfile.ZipFile(path) as archive:
                size = archive.getinfo(f"{member}.npy").file_size
                with archive.open(f"{member}.npy") as file:
                    yield file, size
    except FileNotFoundError as error:
        raise DataError(f"{path}: no such file") from error
    except _DAMAGE as error:
        kind = ".npy" if member is None else ".npz"
        raise DataError(f"{path}: not a readable {kind} file ({error})") from error


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Shape, whether it is stored column by column, and dtype."""
    version = npy_format.read_magic(file)
    if version == (1, 0):
        return npy_format.read_array_header_1_0(file)
    if version == (2, 0):
        return npy_format.read_array_header_2_0(file)
    raise ValueError(f"arrays of version {version[0]}.{version[1]} are not of plain numbers")


def _fill(file: IO[bytes], target: NDArray[np.uint8]) -> None:
    filled = 0
    while filled < len(target):
        read = file.readinto(target[filled:].data)  # type: ignore[attr-defined]
        if not read:
            raise EOFError("it ends too early")
        filled += read
