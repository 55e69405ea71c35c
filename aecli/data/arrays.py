"""Arrays as they are stored, and reading them from files that may be anything."""

import hashlib
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from aecli.data.framing import Framing
from aecli.data.sources.source import DataSource, Kind
from aecli.data.streamed import OnDisk
from aecli.errors import DataError

Numbers = NDArray[Any]
Labels = NDArray[Any]
"""Integers or texts."""

MAX_BYTES = 8 * 2**30
ROWS = 4096
"""Items that are hashed at a time."""

_DAMAGE = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,  # an encrypted member, or one packed in a way that zipfile doesn't know
    MemoryError,  # an array that claims a size it can't have
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
"""What reading a damaged or hostile archive can raise."""


@dataclass(frozen=True)
class RawData:
    """A data set as stored.

    Attributes:
        train_images: Numbers of any dtype, (items, *image_shape); on disk where memory can't hold them.
        train_labels: Integers or texts, (items,); None where there are none.
        test_images: Like `train_images`.
        test_labels: Like `train_labels`.
        source: The options that read this again: where there was a fallback, those of the data really used.
        origin: Where it came from, in words for people (a file's path, a package).
        kind: What one item is.
        framing: How pictures were brought to their form; None where they were stored as arrays.
        train_lengths: Steps of each sequence that aren't padding, (items,); None where none are padded.
        test_lengths: Like `train_lengths`.
        skipped: What could not be read and was left out, a message each.
    """

    train_images: Numbers | OnDisk
    train_labels: Labels | None
    test_images: Numbers | OnDisk
    test_labels: Labels | None
    source: DataSource
    origin: str
    kind: Kind = "pictures"
    framing: Framing | None = None
    train_lengths: NDArray[np.integer] | None = None
    test_lengths: NDArray[np.integer] | None = None
    skipped: tuple[str, ...] = ()


def read_npz(
    path: Path, names: Sequence[str], optional: Sequence[str] = ()
) -> dict[str, NDArray[np.generic]]:
    """Reads arrays from an `.npz` file without trusting it: no pickles, no bombs, no half files.

    Args:
        path: The file.
        names: The arrays to read; the file must hold them all.
        optional: Arrays to read if the file holds them.

    Returns:
        The arrays by name.

    Raises:
        DataError: The file is missing, damaged, too large, or lacks an array.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {
                info.filename.removesuffix(".npy"): info.file_size
                for info in archive.infolist()
                if info.filename.endswith(".npy")
            }
            missing = [name for name in names if name not in sizes]
            if missing:
                held = ", ".join(sorted(sizes)[:10]) or "nothing"
                raise DataError(f"{path}: has no array {', '.join(missing)}; it holds {held}")
            wanted = [*names, *(name for name in optional if name in sizes)]
            if sum(sizes[name] for name in wanted) > MAX_BYTES:
                raise DataError(f"{path}: the arrays would take more than {MAX_BYTES // 2**30} GiB unpacked")
            return {name: _read_member(archive, f"{name}.npy") for name in wanted}
    except FileNotFoundError as error:
        raise DataError(f"{path}: no such file") from error
    except _DAMAGE as error:
        raise DataError(f"{path}: not a readable .npz file ({error})") from error


def _read_member(archive: zipfile.ZipFile, member: str) -> NDArray[np.generic]:
    with archive.open(member) as file:
        return np.asarray(npy_format.read_array(file, allow_pickle=False))


def names_in_npz(path: Path) -> list[str]:
    """The names of the arrays in an `.npz` file.

    Raises:
        DataError: The file is missing or damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return [name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy")]
    except FileNotFoundError as error:
        raise DataError(f"{path}: no such file") from error
    except _DAMAGE as error:
        raise DataError(f"{path}: not a readable .npz file ({error})") from error


def read_npy(path: Path) -> NDArray[Any]:
    """Reads the array of an `.npy` file, with the same mistrust; it is mapped, not copied into memory.

    Raises:
        DataError: The file is missing, damaged, or holds Python objects.
    """
    try:
        return np.load(path, mmap_mode="r", allow_pickle=False)  # type: ignore[no-any-return]
    except FileNotFoundError as error:
        raise DataError(f"{path}: no such file") from error
    except _DAMAGE as error:
        raise DataError(f"{path}: not a readable .npy file ({error})") from error


def check_labels(labels: NDArray[np.generic], count: int, where: str) -> None:
    """Checks that labels are integers or texts, one for each item.

    Raises:
        DataError: They aren't.
    """
    if labels.shape != (count,) or labels.dtype.kind not in "biuU":
        raise DataError(
            f"{where}: expected one label (an integer or a text) for each of the {count:,} items, "
            f"received {labels.dtype} of shape {labels.shape}"
        )


def check_pictures(images: NDArray[np.generic], labels: NDArray[np.generic], where: str) -> None:
    """Checks that arrays are grey 8-bit pictures with a label each.

    Args:
        images: Should be uint8, (images, height, width).
        labels: Should be integers, (images,).
        where: Names the arrays in the message.

    Raises:
        DataError: They aren't.
    """
    if images.ndim != 3 or images.dtype != np.uint8 or images.size == 0:
        raise DataError(
            f"{where}: expected images as uint8 of shape (count, height, width), "
            f"received {images.dtype} of shape {images.shape}"
        )
    if labels.shape != images.shape[:1] or labels.dtype.kind not in "iu":
        raise DataError(
            f"{where}: expected one integer label for each of the {len(images)} images, "
            f"received {labels.dtype} of shape {labels.shape}"
        )


def fingerprint(*arrays: NDArray[np.generic] | OnDisk) -> str:
    """A hash of shapes, types and contents: equal arrays, equal fingerprint.

    Returns:
        The first 16 hexadecimal digits of a SHA-256.
    """
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype.str}{array.shape}".encode())
        for start in range(0, len(array), ROWS):
            block = np.ascontiguousarray(array[start : start + ROWS])
            digest.update(block.reshape(-1).view(np.uint8).data)
    return digest.hexdigest()[:16]
