"""Many pictures at once: read in parallel, in their order, past those that are broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from aecli.data.framing import Framing, Header, decode, header, strict_pillow
from aecli.data.streamed import OnDisk, on_disk
from aecli.data.tiles import Tiles, cut_file
from aecli.errors import DataError

T = TypeVar("T")
BATCH = 256
"""Files that are read ahead, at most."""
WHOLE = 8
"""And so many where pictures keep their size, which can be large."""


def read_headers(paths: Sequence[Path]) -> tuple[dict[Path, Header], dict[Path, str]]:
    """What pictures say of themselves.

    Returns:
        The headers of those that can be read, and what is wrong with the others, by path.
    """
    headers, broken = {}, {}
    for path, found in zip(paths, _in_parallel(header, paths, "Looking at pictures"), strict=True):
        if isinstance(found, DataError):
            broken[path] = str(found)
        else:
            headers[path] = found
    return headers, broken


def read_pictures(
    paths: Sequence[Path], framing: Framing, broken: dict[Path, str], *, in_memory: bool = True
) -> tuple[NDArray[Any] | OnDisk, NDArray[np.bool_]]:
    """Reads pictures and brings them into one form.

    Args:
        paths: The files.
        framing: The form.
        broken: Files known to be unreadable, with what is wrong with them; those found so are added.
        in_memory: Whether the pictures are to be held in memory, or on disk.

    Returns:
        The pictures that can be read, (pictures, *image_shape); and for each path whether it is among them.
    """
    sound = [path for path in paths if path not in broken]
    make = np.empty if in_memory or not sound else on_disk
    pictures = make((len(sound), *framing.image_shape), framing.dtype)
    count, read = 0, dict.fromkeys(paths, False)
    found = _in_parallel(lambda path: framing.frame(decode(path)), sound, "Reading pictures")
    for path, picture in zip(sound, found, strict=True):
        if isinstance(picture, DataError):
            broken[path] = str(picture)
        else:
            pictures[count] = picture
            count, read[path] = count + 1, True
    right = np.array(list(read.values()))
    return pictures[:count] if in_memory else OnDisk(pictures[:count]), right


def read_tiles(
    tiles: Tiles, framing: Framing, broken: dict[Path, str], *, in_memory: bool = True
) -> tuple[NDArray[Any] | OnDisk, NDArray[np.bool_]]:
    """Reads tiles of pictures, each picture once.

    Args:
        tiles: Which.
        framing: Their form.
        broken: Files known to be unreadable, with what is wrong with them; those found so are added.
        in_memory: Whether the tiles are to be held in memory, or on disk.

    Returns:
        The tiles that can be read, (tiles, *image_shape); and for each that was asked for whether it is
        among them.
    """
    owners = np.unique(tiles.owners)
    right = np.zeros(len(tiles), bool)
    make = np.empty if in_memory or not len(tiles) else on_disk
    pixels = make((len(tiles), *framing.image_shape), framing.dtype)
    paths = [tiles.paths[owner] for owner in owners]
    found = _in_parallel(lambda path: cut_file(path, framing)[0], paths, "Reading pictures", WHOLE)
    for owner, path, pieces in zip(owners, paths, found, strict=True):
        if isinstance(pieces, DataError):
            broken[path] = str(pieces)
        else:
            rows = np.flatnonzero(tiles.owners == owner)
            pixels[rows], right[rows] = pieces[tiles.numbers[rows]], True
    if in_memory:
        return (pixels if right.all() else pixels[right]), right
    return OnDisk(pixels, np.flatnonzero(right)), right


def _in_parallel(
    function: Callable[[Path], T], paths: Sequence[Path], title: str, ahead: int = BATCH
) -> Iterator[T | DataError]:
    """The function of each path, or the error it raised, in their order; a terminal shows a progress bar."""

    def guarded(path: Path) -> T | DataError:
        try:
            return function(path)
        except DataError as error:
            return error

    console = Console(stderr=True)
    starts = range(0, len(paths), ahead)
    with ThreadPoolExecutor() as threads:
        for start in track(starts, title, console=console, disable=not console.is_terminal, transient=True):
            with strict_pillow():
                found = list(threads.map(guarded, paths[start : start + ahead]))
            yield from found
