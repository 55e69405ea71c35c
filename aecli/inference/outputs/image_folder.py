"""Images in a folder, by names that are trusted in nothing."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path, PurePosixPath
from unicodedata import category

import numpy as np
from PIL import Image

from aecli.core.errors import DataError
from aecli.core.files import atomic_write
from aecli.core.text import printable
from aecli.data.decoding import SUFFIXES
from aecli.data.framing import Pixels
from aecli.inference.outputs.place import plain_failures

UNSAFE = ("Cc", "Cs", "Zl", "Zp")
"""Categories of characters that no name may hold: controls, halves of pairs, ends of lines."""

MAX_NAME = 255
"""Bytes of a name, which no file system of today has more of."""
ADDED = len(".." + "12345678" + ".png")
"""Bytes that a name may get: of a file that is being written, and of an image without an end."""
DEEP = (".png", ".tif", ".tiff")
"""The ends of files that can hold 16 bits a pixel."""


class ImageFolder:
    """A folder that images are written into.

    Args:
        path: The folder, with its whole path.
        overwrite: Whether images that were there before may be replaced.
    """

    def __init__(self, path: Path, overwrite: bool) -> None:
        self.path = path
        self.overwrite = overwrite
        self._written: set[tuple[int, int]] = set()

    def write(self, name: str, image: Pixels) -> Path:
        """Writes an image.

        Args:
            name: Its file's name, which may have sub-folders. One that ends as no image does becomes a PNG.
            image: uint8 or uint16, (height, width) or (height, width, 3).

        Returns:
            The file.

        Raises:
            DataError: The name leads out of the folder or is none, or something of that name is there.
            RunFailed: It can't be written.
        """
        path = self.path / safe_name(name)
        if path.suffix.lower() not in SUFFIXES:
            path = path.with_name(f"{path.name}.png")
        if os.path.lexists(path):
            there = path.lstat()
            # Where the file system takes A.png and a.png for one, the second would replace the first.
            if not self.overwrite or (there.st_dev, there.st_ino) in self._written:
                raise DataError(f"{printable(name)}: there is an image of that name already")
        with plain_failures(path):
            if not path.parent.resolve().is_relative_to(self.path):
                raise DataError(f"{printable(name)}: leads out of {self.path} through a link")
            path.parent.mkdir(parents=True, exist_ok=True)
            with atomic_write(path, durable=False) as file:
                file.write(_encoded(image, path.suffix.lower()))
            written = path.lstat()
        self._written.add((written.st_dev, written.st_ino))
        return path


def safe_name(name: str) -> PurePosixPath:
    """A name as a path inside a folder.

    Raises:
        DataError: It is none.
    """
    parts = name.split("/")
    for part in parts:
        wrong = part in ("", ".", "..") or any(category(c) in UNSAFE for c in part)
        if wrong or len(part.encode(errors="replace")) > MAX_NAME - ADDED:
            raise DataError(f"'{printable(name)}' isn't a safe file name")
    return PurePosixPath(*parts)


def _encoded(image: Pixels, suffix: str) -> bytes:
    """An image as a file's bytes; 16 bits become 8 where the format holds no more."""
    if image.dtype == np.uint16 and suffix not in DEEP:
        image = np.round(image / 257).astype(np.uint8)
    file, encoded = BytesIO(), Image.fromarray(image)
    if suffix in (".jpg", ".jpeg"):
        encoded.save(file, "JPEG", quality=95)
    elif suffix == ".webp":
        encoded.save(file, "WEBP", lossless=True)
    elif suffix == ".bmp":
        encoded.save(file, "BMP")
    elif suffix in (".tif", ".tiff"):
        encoded.save(file, "TIFF", compression="tiff_adobe_deflate")
    else:
        encoded.save(file, "PNG")
    return file.getvalue()
