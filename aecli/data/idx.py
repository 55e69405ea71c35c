"""Gzipped IDX files, the format that MNIST came in (LeCun, Cortes & Burges, 1998)."""

import gzip
import struct
import zlib
from math import prod
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aecli.core.errors import DataError

MAX_BYTES = 8 * 2**30
UNSIGNED_BYTES = 8
"""The only type of numbers that is read."""


def read_idx(path: Path, dimensions: int) -> NDArray[np.uint8]:
    """Reads an array of bytes.

    Args:
        path: The `.gz` file.
        dimensions: How many the array must have: 1 for labels, 3 for images.

    Returns:
        uint8, of the shape that the file's header says.

    Raises:
        DataError: The file is missing, damaged, or holds something else.
    """
    try:
        with gzip.open(path) as file:
            start = file.read(4)
            if start != bytes([0, 0, UNSIGNED_BYTES, dimensions]):
                raise ValueError(f"its first bytes are {start.hex(' ')}")
            shape = struct.unpack(f">{dimensions}I", file.read(4 * dimensions))
            if prod(shape) > MAX_BYTES:
                raise ValueError(f"it claims the shape {shape}")
            body = file.read(prod(shape) + 1)
    except FileNotFoundError as error:
        raise DataError(f"{path}: no such file") from error
    except (OSError, EOFError, ValueError, MemoryError, struct.error, zlib.error) as error:
        raise DataError(f"{path}: not a readable IDX file of {dimensions} dimensions ({error})") from error
    if len(body) != prod(shape):
        raise DataError(f"{path}: damaged: its header says {prod(shape):,} bytes, and it holds others")
    return np.frombuffer(body, np.uint8).reshape(shape)
