"""Pictures larger than what a network sees, cut into tiles of that size, unscaled.

Tiles stand side by side from the top left corner on; what is left over at the right and at the bottom, less
than a tile, belongs to none. How many there are follows from a picture's header.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.data.arrays import Labels
from aecli.data.folder import Files
from aecli.data.framing import Framing, Picture, decode
from aecli.data.splits import held_out
from aecli.errors import DataError
from aecli.seeds import Role, generator

FEW = 10
"""With fewer pictures than this, tiles are held out, and not whole pictures."""

Size = tuple[int, int]


def corners(picture: Size, tile: Size) -> list[Size]:
    """Top and left of each tile in a picture, row by row.

    Args:
        picture: Height and width.
        tile: Height and width.
    """
    (tall, wide), (height, width) = picture, tile
    return [(i * height, k * width) for i in range(tall // height) for k in range(wide // width)]


def cut(picture: NDArray[Any], tile: Size) -> NDArray[Any]:
    """The tiles of a picture, (tiles, *tile) or (tiles, *tile, channels), in the order of their corners."""
    height, width = tile
    down, across = picture.shape[0] // height, picture.shape[1] // width
    grid = picture[: down * height, : across * width]
    grid = grid.reshape(down, height, across, width, *picture.shape[2:])
    return grid.swapaxes(1, 2).reshape(down * across, height, width, *picture.shape[2:])


def joined(tiles: NDArray[Any], picture: Size) -> NDArray[Any]:
    """The way back from `cut`, of a picture that nothing was left over of."""
    height, width = tiles.shape[1:3]
    down, across = picture[0] // height, picture[1] // width
    grid = tiles.reshape(down, across, height, width, *tiles.shape[3:])
    return grid.swapaxes(1, 2).reshape(*picture, *tiles.shape[3:])


def too_small(path: Path, picture: Size, tile: Size) -> str:
    """What is wrong with a picture that no tile fits into; empty if one does."""
    if picture[0] >= tile[0] and picture[1] >= tile[1]:
        return ""
    return f"{path}: {picture[0]}×{picture[1]} pixels are less than a tile of {tile[0]}×{tile[1]} (data.size)"


def cut_file(path: Path, framing: Framing) -> tuple[NDArray[Any], Picture]:
    """The tiles of a picture in a file, and the picture as it was; inside `strict_pillow`.

    Raises:
        DataError: It can't be read, or is smaller than a tile.
    """
    picture = decode(path)
    height, width = picture.shape[:2]
    if wrong := too_small(path, (height, width), framing.size):
        raise DataError(wrong)
    return cut(framing.at((height, width)).frame(picture), framing.size), picture


@dataclass(frozen=True)
class Tiles:
    """Some tiles of some pictures.

    Attributes:
        paths: The pictures.
        picture_labels: Theirs, (pictures,), or None.
        owners: Which picture each tile is of, (tiles,).
        numbers: Which of that picture's tiles it is, in the order of `corners`, (tiles,).
    """

    paths: list[Path]
    picture_labels: Labels | None
    owners: NDArray[np.integer]
    numbers: NDArray[np.integer]

    @classmethod
    def of(cls, files: Files, sizes: dict[Path, Size], tile: Size) -> Tiles:
        """All tiles of pictures, in their order; those of no known size have none."""
        counts = [len(corners(sizes[path], tile)) if path in sizes else 0 for path in files.paths]
        owners = np.repeat(np.arange(len(counts)), counts)
        return cls(files.paths, files.labels, owners, np.concatenate([np.arange(n) for n in counts]))

    def __len__(self) -> int:
        """The number of tiles."""
        return len(self.owners)

    def take(self, rows: NDArray[np.integer]) -> Tiles:
        """Some of the tiles, by their numbers."""
        return Tiles(self.paths, self.picture_labels, self.owners[rows], self.numbers[rows])

    def first(self, count: int | None) -> Tiles:
        """The first ones; all without a count."""
        return self.take(np.arange(len(self))[:count])

    @property
    def labels(self) -> Labels | None:
        """The label of each tile, its picture's, (tiles,); or None."""
        return None if self.picture_labels is None else self.picture_labels[self.owners]


def split_tiles(
    files: Files,
    test: Files | None,
    sizes: dict[Path, Size],
    tile: Size,
    fraction: float,
    seed: int,
    where: str,
) -> tuple[Tiles, Tiles]:
    """Training and test tiles, each in an order of chance, so that the first ones are of many pictures.

    No picture has tiles in both, unless there are fewer than ten of them.

    Args:
        files: All pictures, or those to train on.
        test: Those to test on; None holds some of the others out.
        sizes: Height and width of those that can be read.
        tile: Height and width of a tile.
        fraction: How much is held out.
        seed: Decides what, and the order.
        where: Names the tiles in messages.
    """
    if test is None and len(files) < FEW:
        tiles = Tiles.of(files, sizes, tile)
        kept, out = held_out(len(tiles), fraction, seed, where)
        return tiles.take(kept), tiles.take(out)
    if test is None:
        kept, out = held_out(len(files), fraction, seed, where)
        files, test = files.take(kept), files.take(out)
    train, tested = (
        tiles.take(generator(seed, Role.TEST_SPLIT, which).permutation(len(tiles)))
        for which, tiles in enumerate(Tiles.of(part, sizes, tile) for part in (files, test))
    )
    return train, tested
