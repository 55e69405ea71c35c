"""Arrays in `.npy` and `.npz` files that may be anything: no pickles, no bombs, no half files."""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import IO, Any, Literal

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from aecli.core.errors import DataError
from aecli.core.memory import check_fits
from aecli.core.text import listed

MAX_BYTES = 8 * 2**30
"""What the arrays that are read of one file may take."""

AT_A_TIME = 2**20
"""Bytes that are unpacked at once."""

SUFFIXES = (".npy", ".npz")

PARTS = {"train": "train", "test": "test", "val": "validation"}
"""How arrays end that belong to a part of the data."""

DAMAGE = (
    OSError,
    EOFError,
    ValueError,
    KeyError,
    RuntimeError,  # an encrypted member, or one packed in a way that zipfile doesn't know
    MemoryError,  # an array that claims a size it can't have
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
        by_column: Whether the file holds it column by column (Fortran's order).
    """

    path: Path
    member: str | None
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    by_column: bool = False

    @classmethod
    def open(cls, path: Path, member: str | None = None) -> StoredArray:
        """Reads what a file says of its array.

        Raises:
            DataError: It is missing or damaged, or holds no array of numbers or texts.
        """
        with _stream(path, member) as (file, size):
            shape, by_column, dtype = _header(file)
            where = _where(path, member)
            if dtype.kind == "O":
                name = member or "x"
                raise DataError(
                    f"{where}: holds Python objects, which can't be read safely; store numbers or texts: "
                    f"{name}.astype(str), or {name}.astype(float)"
                )
            if dtype.kind not in "biufU" or not dtype.itemsize:
                raise DataError(f"{where}: expected numbers, received {dtype}")
            if not shape or 0 in shape[1:] or not all(type(axis) is int and axis >= 0 for axis in shape):
                raise DataError(f"{where}: expected an array of samples, received the shape {shape}")
            if file.tell() + prod(shape) * dtype.itemsize > size:
                raise DataError(f"{where}: the file ends before its array, of shape {shape}, does")
            return cls(path, member, shape, dtype, by_column and len(shape) > 1)

    def __len__(self) -> int:
        """The number of rows."""
        return self.shape[0]

    def __str__(self) -> str:
        """The file, and the array's name in it."""
        return _where(self.path, self.member)

    @property
    def is_mapped(self) -> bool:
        """Whether reading it maps its file, and copies nothing into memory."""
        return self.member is None

    @property
    def nbytes(self) -> int:
        """What it takes in memory."""
        return prod(self.shape) * self.dtype.itemsize

    def blocks(self, rows: int) -> Iterator[NDArray[Any]]:
        """Reads the array.

        Args:
            rows: At a time.

        Yields:
            (up to `rows`, …), in order.

        Raises:
            DataError: The file is damaged, or has changed.
        """
        if self.by_column:  # a row lies all over the file
            whole = self.read()
            yield from (whole[start : start + rows] for start in range(0, len(self), rows))
            return
        with self._opened() as file:
            for start in range(0, len(self), rows):
                block = np.empty((min(rows, len(self) - start), *self.shape[1:]), self.dtype)
                _fill(file, block.reshape(-1).view(np.uint8))
                yield block

    def read(self) -> NDArray[Any]:
        """Reads the whole array; one of an `.npy` file is mapped, not copied into memory.

        Raises:
            DataError: The file is damaged, has changed, or the array is too large.
        """
        if self.nbytes > MAX_BYTES and self.member is not None:
            raise DataError(f"{self}: would take more than {MAX_BYTES // 2**30} GiB unpacked")
        if self.member is not None:
            check_fits(
                self.nbytes, str(self), "Keep it in an .npy file of its own, which is read piece by piece"
            )
        with self._opened() as file:
            order: Literal["F", "C"] = "F" if self.by_column else "C"
            if self.member is None:
                return np.memmap(self.path, self.dtype, "r", file.tell(), self.shape, order)
            array = np.empty(self.shape, self.dtype, order)
            _fill(file, array.reshape(-1, order="A").view(np.uint8))
            return array

    @contextmanager
    def _opened(self) -> Iterator[IO[bytes]]:
        """The file where the array's numbers begin."""
        with _stream(self.path, self.member) as (file, _):
            if _header(file)[0] != self.shape:
                raise DataError(f"{self}: changes while it is read")
            yield file


def arrays_in(path: Path) -> list[str]:
    """The names of the arrays in an `.npz` file.

    Raises:
        DataError: The file is missing or damaged.
    """
    with _plain_damage(path, ".npz"), zipfile.ZipFile(path) as archive:
        return [name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy")]


def read_npz(
    path: Path, names: Sequence[str], optional: Sequence[str] = (), most: int = MAX_BYTES
) -> dict[str, NDArray[Any]]:
    """Reads arrays from an `.npz` file.

    Args:
        path: The file.
        names: The arrays to read; the file must hold them all.
        optional: Arrays to read if the file holds them.
        most: Bytes that they may take, unpacked.

    Returns:
        The arrays by name.

    Raises:
        DataError: The file is missing, damaged, too large, or lacks an array.
    """
    held = arrays_in(path)
    if missing := [name for name in names if name not in held]:
        raise DataError(f"{path}: has no array {', '.join(missing)}; it holds {listed(held)}")
    wanted = [*names, *(name for name in optional if name in held)]
    stored = {name: StoredArray.open(path, name) for name in wanted}
    if sum(array.nbytes for array in stored.values()) > most:
        raise DataError(f"{path}: the arrays would take more than {most / 2**30:g} GiB unpacked")
    return {name: array.read() for name, array in stored.items()}


def _where(path: Path, member: str | None) -> str:
    return str(path) if member is None else f"{path}:{member}"


@contextmanager
def _stream(path: Path, member: str | None) -> Iterator[tuple[IO[bytes], int]]:
    """An array's bytes, and how many there are; whatever is wrong with them names their file."""
    with _plain_damage(path, ".npy" if member is None else ".npz"):
        if member is None:
            with path.open("rb") as file:
                yield file, os.fstat(file.fileno()).st_size
        else:
            with zipfile.ZipFile(path) as archive:
                size = archive.getinfo(f"{member}.npy").file_size
                with archive.open(f"{member}.npy") as packed:
                    yield packed, size


@contextmanager
def _plain_damage(path: Path, kind: str) -> Iterator[None]:
    """Says in plain words what is wrong with an array's file."""
    try:
        if not path.is_file():  # a FIFO would wait for ever, and a device never end
            there = "not a regular file" if os.path.lexists(path) else "no such file"
            raise DataError(f"{path}: {there}")
        if kind == ".npz" and _begins_as_npy(path):
            raise DataError(f"{path}: is an .npy file; store it as an archive: np.savez('a.npz', x=x)")
        yield
    except DAMAGE as error:
        raise DataError(f"{path}: not a readable {kind} file ({error})") from error


def _begins_as_npy(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(6) == b"\x93NUMPY"


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
        # An archive unpacks all that is asked for into memory of its own, twice, before it hands it over.
        read = file.readinto(target[filled : filled + AT_A_TIME].data)  # type: ignore[attr-defined]
        if not read:
            raise EOFError("it ends too early")
        filled += read
