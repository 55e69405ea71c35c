"""Writing files so that a reader, or a crash, never sees half of one; reading none that never ends."""

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

FIGURE_MARK = "aecli figure"
"""Stands in the metadata of figures, so that they aren't taken for data."""


def read_whole(path: Path, most: int) -> bytes:
    """The bytes of a file.

    Args:
        path: The file. A pipe would wait for ever, and a device never end.
        most: Bytes that it may have.

    Raises:
        OSError: There is none, it is not a regular file, or larger.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    with path.open("rb") as file:
        raw = file.read(most + 1)
    if len(raw) > most:
        raise OSError(errno.EFBIG, f"larger than {most:,} bytes", str(path))
    return raw


@contextmanager
def atomic_write(path: Path, durable: bool = True) -> Iterator[BinaryIO]:
    """Opens a new file that takes the place of `path` once it is written whole.

    Args:
        path: The file to create or to replace; its folder must exist.
        durable: Whether it must survive a loss of power, which takes a while to make sure of.

    Yields:
        A binary file. If the block raises, `path` is left as it was.
    """
    try:
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        error.filename = str(path)
        raise
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            if durable:
                os.fsync(file.fileno())
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except BaseException as error:
        Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError):
            error.filename = str(path)  # not the one beside it, or none
        raise


def is_held(path: Path) -> bool:
    """Whether a living process holds the lock of a file; False where there is no file."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def write_text(path: Path, text: str) -> None:
    """Writes a whole text file (UTF-8) atomically."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, raw: bytes) -> None:
    """Writes a whole file atomically."""
    with atomic_write(path) as file:
        file.write(raw)


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Makes a new folder that is there only once it is complete.

    Args:
        path: The folder to make; the one that it is in must exist.

    Yields:
        A folder to fill. If the block raises, nothing is left of it.

    Raises:
        OSError: `path` is there already, or can't be written.
    """
    temporary = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
    try:
        yield temporary
        for file in temporary.rglob("*"):
            if file.is_file():
                with file.open("rb") as written:
                    os.fsync(written.fileno())
        temporary.chmod(0o777 & ~_umask())
        temporary.rename(path)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _umask() -> int:
    """The process's umask, which can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def is_figure(path: Path) -> bool:
    """Whether a file is a figure that this program drew."""
    if path.suffix.lower() != ".png":
        return False
    try:
        with path.open("rb") as file:
            return FIGURE_MARK.encode() in file.read(512)
    except OSError:
        return False
