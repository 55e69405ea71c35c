"""Pictures in a folder, by names that are trusted in nothing."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path, PurePosixPath

from PIL import Image

from aecli.config.problems import printable
from aecli.data.framing import SUFFIXES, Picture
from aecli.errors import DataError
from aecli.outputs.place import plain_failures

MAX_NAME = 255
"""Bytes of a name, which no file system of today has more of."""


class PictureFolder:
    """A folder that pictures are written into.

    Args:
        path: The folder, with its whole path.
        overwrite: Whether pictures that were there before may be replaced.
    """

    def __init__(self, path: Path, overwrite: bool) -> None:
        self.path = path
        self.overwrite = overwrite
        self._written: set[str] = set()

    def write(self, name: str, picture: Picture) -> Path:
        """Writes a picture.

        Args:
            name: Its file's name, with sub-folders at will. One that ends as no picture does becomes a PNG.
            picture: uint8 or uint16, (height, width) or (height, width, 3).

        Returns:
            The file.

        Raises:
            DataError: The name leads out of the folder or is none, or something of that name is there.
            RunFailed: It can't be written.
        """
        path = self.path / safe_name(name)
        if path.suffix.lower() not in SUFFIXES:
            path = path.with_name(f"{path.name}.png")
        key = str(path).casefold()
        if key in self._written or (os.path.lexists(path) and not self.overwrite):
            raise DataError(f"{printable(name)}: there is a picture of that name already")
        with plain_failures(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.parent.resolve().is_relative_to(self.path):
                raise DataError(f"{printable(name)}: leads out of {self.path} through a link")
            _replace(path, _encoded(picture, path.suffix.lower()))
        self._written.add(key)
        return path


def safe_name(name: str) -> PurePosixPath:
    """A name as a path inside a folder.

    Raises:
        DataError: It is none.
    """
    parts = name.split("/")
    for part in parts:
        wrong = part in ("", ".", "..") or not part.isprintable()
        if wrong or len(part.encode(errors="replace")) > MAX_NAME - 10:
            raise DataError(f"'{printable(name)}' is no safe name of a file")
    return PurePosixPath(*parts)


def _encoded(picture: Picture, suffix: str) -> bytes:
    """A picture as a file's bytes."""
    file, image = BytesIO(), Image.fromarray(picture)
    if suffix in (".jpg", ".jpeg"):
        image.save(file, "JPEG", quality=95)
    elif suffix == ".webp":
        image.save(file, "WEBP", lossless=True)
    elif suffix == ".bmp":
        image.save(file, "BMP")
    elif suffix in (".tif", ".tiff"):
        image.save(file, "TIFF", compression="tiff_adobe_deflate")
    else:
        image.save(file, "PNG")
    return file.getvalue()


def _replace(path: Path, content: bytes) -> None:
    """Writes a file whole or not at all; a link in its place is replaced, not followed."""
    temporary = path.with_name(f".{path.name}.part")
    temporary.unlink(missing_ok=True)
    try:
        with temporary.open("xb") as file:
            file.write(content)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
