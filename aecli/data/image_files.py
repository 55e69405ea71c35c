"""Many images at once: read in parallel, in their order, past those that are broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from aecli.core.cores import cores
from aecli.core.errors import DataError
from aecli.core.progress import tracked
from aecli.data.decoding import Header, PixelBudget, decode, header, header_of, strict_pillow
from aecli.data.framing import Framing, Pixels
from aecli.data.stored import OnDisk
from aecli.data.streamed import on_disk
from aecli.data.tiles import Tiles, cut_file

T = TypeVar("T")
BATCH = 256
"""Files that are read ahead, at most."""
WHOLE = 8
"""And so many where images keep their size, which can be large."""


def read_headers(paths: Sequence[Path]) -> tuple[dict[Path, Header], dict[Path, str]]:
    """What images say of themselves.

    Returns:
        The headers of those that can be read, and what is wrong with the others, by path.
    """
    headers, broken = {}, {}
    for path, found in zip(paths, _in_parallel(header, paths, "Looking at images"), strict=True):
        if isinstance(found, DataError):
            broken[path] = str(found)
        else:
            headers[path] = found
    return headers, broken


def read_images(
    paths: Sequence[Path], framing: Framing, broken: dict[Path, str], *, in_memory: bool = True
) -> tuple[NDArray[Any] | OnDisk, NDArray[np.bool_]]:
    """Reads images and brings them into one form.

    Args:
        paths: The files.
        framing: The form.
        broken: Files known to be unreadable, with what is wrong with them; those found so are added.
        in_memory: Whether the images are to be held in memory, or on disk.

    Returns:
        The images that can be read, (images, *sample_shape); and for each path whether it is among them.
    """
    sound = [path for path in paths if path not in broken]
    make = np.empty if in_memory or not sound else on_disk
    images = make((len(sound), *framing.sample_shape), framing.dtype)
    count, read = 0, dict.fromkeys(paths, False)
    for path, found in zip(sound, framed_images(sound, framing, "Reading images"), strict=True):
        if isinstance(found, DataError):
            broken[path] = str(found)
        else:
            images[count] = found[0]
            count, read[path] = count + 1, True
    right = np.array(list(read.values()))
    return images[:count] if in_memory else OnDisk(images[:count]), right


def framed_images(
    paths: Sequence[Path], framing: Framing, title: str
) -> Iterator[tuple[Pixels, Header] | DataError]:
    """Each image in its common form, and what it was before; or what is wrong with it."""
    budget = PixelBudget()

    def framed(path: Path) -> tuple[Pixels, Header]:
        image = decode(path, budget)
        return framing.frame(image), header_of(image)

    return _in_parallel(framed, paths, title)


def read_tiles(
    tiles: Tiles, framing: Framing, broken: dict[Path, str], *, in_memory: bool = True
) -> tuple[NDArray[Any] | OnDisk, NDArray[np.bool_]]:
    """Reads tiles of images, each image once.

    Args:
        tiles: Which.
        framing: Their form.
        broken: Files known to be unreadable, with what is wrong with them; those found so are added.
        in_memory: Whether the tiles are to be held in memory, or on disk.

    Returns:
        The tiles that can be read, (tiles, *sample_shape); and for each that was asked for whether it is
        among them.
    """
    owners = np.unique(tiles.owners)
    order = np.argsort(tiles.owners, kind="stable")
    sorted_owners = tiles.owners[order]
    right = np.zeros(len(tiles), bool)
    make = np.empty if in_memory or not len(tiles) else on_disk
    pixels = make((len(tiles), *framing.sample_shape), framing.dtype)
    paths = [tiles.paths[owner] for owner in owners]
    budget = PixelBudget()
    found = _in_parallel(lambda path: cut_file(path, framing, budget)[0], paths, "Reading images", WHOLE)
    for owner, path, pieces in zip(owners, paths, found, strict=True):
        if isinstance(pieces, DataError):
            broken[path] = str(pieces)
        else:
            rows = order[slice(*np.searchsorted(sorted_owners, [owner, owner + 1]))]
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

    with ThreadPoolExecutor(cores()) as threads:
        for start in tracked(range(0, len(paths), ahead), title):
            with strict_pillow():
                found = list(threads.map(guarded, paths[start : start + ahead]))
            yield from found
