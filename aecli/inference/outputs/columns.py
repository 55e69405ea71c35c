"""Arrays of any number of rows, gathered on disk, and packed into one `.npz` file at the end."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from aecli.core.files import atomic_write
from aecli.inference.outputs.place import plain_failures


class GrowingArray:
    """The rows of one array, in a file without a name.

    Args:
        folder: Where the file lies.
    """

    def __init__(self, folder: Path) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed by `close`
        self._parts: list[tuple[np.dtype[Any], tuple[int, ...]]] = []

    def append(self, rows: NDArray[Any]) -> None:
        """Adds rows, of the same shape as those before; texts may be longer."""
        rows = np.ascontiguousarray(rows)
        self._parts.append((rows.dtype, rows.shape))
        self._file.write(rows.reshape(-1).view(np.uint8).data)

    def blocks(self) -> Iterator[NDArray[Any]]:
        """The rows again, as they were added, of one dtype that holds all."""
        dtype = self.dtype
        self._file.seek(0)
        for stored, shape in self._parts:
            size = int(np.prod(shape)) * stored.itemsize
            yield np.frombuffer(self._file.read(size), stored).reshape(shape).astype(dtype, copy=False)

    @property
    def dtype(self) -> np.dtype[Any]:
        """One that holds all rows."""
        return np.result_type(*{dtype for dtype, _ in self._parts})

    @property
    def shape(self) -> tuple[int, ...]:
        """That of all rows together."""
        return (sum(shape[0] for _, shape in self._parts), *self._parts[0][1][1:])

    def write(self, file: IO[bytes]) -> None:
        """Writes all rows as an `.npy` file."""
        header = {
            "descr": npy_format.dtype_to_descr(self.dtype),
            "fortran_order": False,
            "shape": self.shape,
        }
        npy_format.write_array_header_1_0(file, header)
        for block in self.blocks():
            file.write(block.reshape(-1).view(np.uint8).data)

    def close(self) -> None:
        """Gives the room on disk back; what couldn't be written isn't wanted any more."""
        with suppress(OSError):
            self._file.close()


class Columns:
    """An `.npz` file that is written row by row, and takes the place of `path` once it is whole.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._columns: dict[str, GrowingArray] = {}

    def __enter__(self) -> Columns:
        """Starts with nothing."""
        return self

    def append(self, **arrays: NDArray[Any] | None) -> None:
        """Adds rows to each array, as many to each; what is None isn't kept."""
        with plain_failures(self.path):
            for name, rows in arrays.items():
                if rows is not None:
                    if name not in self._columns:
                        self._columns[name] = GrowingArray(self.path.absolute().parent)
                    self._columns[name].append(rows)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Writes the file, unless something went wrong."""
        try:
            if kind is None:
                with plain_failures(self.path):
                    self._pack()
        finally:
            for column in self._columns.values():
                column.close()

    def _pack(self) -> None:
        with atomic_write(self.path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name, column in self._columns.items():
                # With a time of its own, the same results would make other files.
                with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=True) as member:
                    column.write(member)
