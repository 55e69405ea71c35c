"""Rows of numbers from Parquet files, as if they were tables of text with headings."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aecli.core.errors import DataError, RequestError
from aecli.core.text import printable
from aecli.data.dialect import Dialect, places_of
from aecli.data.rows import Rows

SUFFIX = ".parquet"

AT_ONCE = 2**16
"""Rows that are read at once."""


def open_columns(path: Path, dialect: Dialect) -> tuple[tuple[str, ...], bool, Iterator[Rows]]:
    """Opens the columns that a dialect asks for.

    Args:
        path: The file.
        dialect: Which columns; what it says of text means nothing here.

    Returns:
        The headings of the columns of numbers; whether there are labels; the rows, some at a time, as lines that are
        numbered from 1.

    Raises:
        RequestError: The package that reads such files isn't installed.
        DataError: The file is missing or damaged, lacks a column, or holds something else than numbers in one.
    """
    if not path.is_file():
        raise DataError(f"{path}: {'not a regular file' if path.exists() else 'no such file'}")
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError as error:
        raise RequestError(
            f"{path}: Parquet files are read by pyarrow: pip install 'aecli[parquet]'"
        ) from error
    damage = (OSError, ValueError, KeyError, RuntimeError, zlib.error, arrow.ArrowException)
    try:
        file = parquet.ParquetFile(path)
        schema, header = file.schema_arrow, file.schema_arrow.names
        places, label_at = places_of(path, header, len(header), dialect)
        used = tuple(header[place] for place in places)
        for name in used:
            kind = schema.field(name).type
            if not (
                arrow.types.is_integer(kind) or arrow.types.is_floating(kind) or arrow.types.is_boolean(kind)
            ):
                raise DataError(
                    f"{path}: the column '{printable(name)}' holds {kind}, not numbers; leave it out: "
                    f"--set 'data.leave_out=[{name}]'"
                )
        if not file.metadata.num_rows:
            raise DataError(f"{path}: there are no rows in it")
    except damage as error:
        raise DataError(_damaged(path, error)) from error
    label = None if label_at is None else header[label_at]

    def rows() -> Iterator[Rows]:
        first = 1
        try:
            for batch in file.iter_batches(AT_ONCE, columns=[*used, *([label] if label else [])]):
                numbers = np.empty((batch.num_rows, len(used)))
                for column, name in enumerate(used):
                    numbers[:, column] = (
                        batch.column(name).cast(arrow.float64()).to_numpy(zero_copy_only=False)
                    )
                labels = [str(value) for value in batch.column(label).to_pylist()] if label else []
                lines = np.arange(first, first + batch.num_rows)
                yield Rows(lines, numbers, labels, _missing(lines, numbers, used))
                first += batch.num_rows
        except damage as error:
            raise DataError(_damaged(path, error)) from error

    return used, label is not None, rows()


def _damaged(path: Path, error: Exception) -> str:
    return f"{path}: not a readable Parquet file ({str(error).splitlines()[0]})"


def _missing(
    lines: NDArray[np.int64], numbers: NDArray[np.float64], names: tuple[str, ...]
) -> dict[int, tuple[str, str]]:
    """What is wrong with the rows in which a number is missing or infinite, by line."""
    wrong = ~np.isfinite(numbers)
    columns = {row: names[wrong[row].argmax()] for row in np.flatnonzero(wrong.any(axis=1)).tolist()}
    return {int(lines[row]): ("missing", f"column '{name}' has no number") for row, name in columns.items()}
