"""Rows of numbers from Parquet files, as if they were tables of text with headings."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import numpy as np

from aecli.core.errors import DataError, RequestError
from aecli.core.text import printable
from aecli.data.dialect import Dialect, places_of

SUFFIX = ".parquet"

Columns = tuple[Any, list[str] | None, tuple[str, ...]]
"""Numbers, labels, headings."""


def read_columns(path: Path, dialect: Dialect) -> Columns:
    """Reads the columns that a dialect asks for.

    Args:
        path: The file.
        dialect: Which columns; what it says of text means nothing here.

    Returns:
        Numbers, float64, (rows, columns), NaN where one is missing; the text of the label column, or None; the
        headings of the columns of numbers.

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
    try:
        header = parquet.read_schema(path).names
        places, label_at = places_of(path, header, len(header), dialect)
        used = [header[place] for place in places]
        label = None if label_at is None else header[label_at]
        table = parquet.ParquetFile(path).read(columns=[*used, *([label] if label else [])])
        types = arrow.types
        for name in used:
            kind = table.schema.field(name).type
            if not (types.is_integer(kind) or types.is_floating(kind) or types.is_boolean(kind)):
                raise DataError(
                    f"{path}: the column '{printable(name)}' holds {kind}, not numbers; leave it out: "
                    f"--set 'data.leave_out=[{name}]'"
                )
        numbers = np.empty((table.num_rows, len(used)))
        for column, name in enumerate(used):
            numbers[:, column] = table[name].cast(arrow.float64()).to_numpy()
        labels = [str(value) for value in table[label].to_pylist()] if label else None
    except (OSError, ValueError, KeyError, RuntimeError, zlib.error, arrow.ArrowException) as error:
        raise DataError(f"{path}: not a readable Parquet file ({str(error).splitlines()[0]})") from error
    if not len(numbers):
        raise DataError(f"{path}: there are no rows in it")
    return numbers, labels, tuple(used)
