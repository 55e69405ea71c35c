"""Arrays in HDF5 files that may be anything: none that lies in another file, no objects, no half files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.core.errors import DataError
from aecli.core.memory import check_fits

SUFFIXES = (".h5", ".hdf5")

DAMAGE = (OSError, RuntimeError, KeyError, ValueError, TypeError)
"""What h5py raises of a damaged or hostile file."""


@dataclass(frozen=True)
class Hdf5Array:
    """An array that stays in its file.

    Attributes:
        path: The file.
        member: The array's name.
        shape: Its shape; at least one axis.
        dtype: Of its numbers; `<U…` of texts.
        is_text: Whether it holds texts.
    """

    path: Path
    member: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    is_text: bool = False

    @classmethod
    def open(cls, path: Path, member: str) -> Hdf5Array:
        """Reads what a file says of its array.

        Raises:
            DataError: It is missing or damaged, lies in another file, or holds no numbers or texts.
        """
        import h5py

        with _file(path) as file:
            found, where = file[member], f"{path}:{member}"
            if found.is_virtual or found.external:
                raise DataError(f"{where}: lies in another file; store it in this one")
            if not found.shape or 0 in found.shape[1:]:
                raise DataError(f"{where}: expected an array of samples, received the shape {found.shape}")
            if h5py.check_string_dtype(found.dtype):
                return cls(path, member, found.shape, np.dtype("U"), is_text=True)
            if found.dtype.kind not in "biuf":
                raise DataError(f"{where}: expected numbers, received {found.dtype}")
            return cls(path, member, found.shape, found.dtype)

    def __str__(self) -> str:
        """The file, and the array's name in it."""
        return f"{self.path}:{self.member}"

    def blocks(self, rows: int) -> Iterator[NDArray[Any]]:
        """Reads the array, some rows at a time, in order.

        Raises:
            DataError: The file is damaged.
        """
        with _file(self.path) as file:
            found = file[self.member]
            for start in range(0, self.shape[0], rows):
                part = (found.asstr() if self.is_text else found)[start : start + rows]
                yield part.astype(str) if self.is_text else part

    def read(self) -> NDArray[Any]:
        """Reads the whole array.

        Raises:
            DataError: The file is damaged, or the array is too large.
        """
        check_fits(
            prod(self.shape) * self.dtype.itemsize, str(self), "data.memory_limit_mb streams it from disk"
        )
        return next(self.blocks(max(1, self.shape[0])), np.empty(self.shape, self.dtype))


def arrays_in_hdf5(path: Path) -> list[str]:
    """The names of the arrays that lie in the root of an HDF5 file.

    Raises:
        DataError: The file is missing or damaged.
    """
    import h5py

    with _file(path) as file:
        hard = [name for name in file if isinstance(file.get(name, getlink=True), h5py.HardLink)]
        return [name for name in hard if isinstance(file[name], h5py.Dataset)]


@contextmanager
def _file(path: Path) -> Iterator[Any]:
    """An open file; whatever is wrong with it names it."""
    import h5py

    if not path.is_file():
        raise DataError(f"{path}: {'not a regular file' if path.exists() else 'no such file'}")
    try:
        with h5py.File(path, "r") as file:
            yield file
    except DAMAGE as error:
        raise DataError(f"{path}: not a readable HDF5 file ({error})") from error
