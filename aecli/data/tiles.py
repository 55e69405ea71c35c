"""Images larger than what a network sees, cut into tiles of that size, unscaled.

Tiles stand side by side from the top left corner on; what is left over at the right and at the bottom, less
than a tile, belongs to none. How many there are follows from an image's header.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.core.errors import DataError
from aecli.core.seeds import Role, generator
from aecli.data.decoding import PixelBudget, decode
from aecli.data.folder import Files, Parts
from aecli.data.framing import Framing, Pixels
from aecli.data.partition import FEW, held_out
from aecli.data.stored import Labels

Size = tuple[int, int]


def corners(image: Size, tile: Size) -> list[Size]:
    """Top and left of each tile in an image, row by row.

    Args:
        image: Height and width.
        tile: Height and width.
    """
    (tall, wide), (height, width) = image, tile
    return [(i * height, k * width) for i in range(tall // height) for k in range(wide // width)]


def cut(image: NDArray[Any], tile: Size) -> NDArray[Any]:
    """The tiles of an image, (tiles, *tile) or (tiles, *tile, channels), in the order of their corners."""
    height, width = tile
    down, across = image.shape[0] // height, image.shape[1] // width
    grid = image[: down * height, : across * width]
    grid = grid.reshape(down, height, across, width, *image.shape[2:])
    return grid.swapaxes(1, 2).reshape(down * across, height, width, *image.shape[2:])


def joined(tiles: NDArray[Any], image: Size) -> NDArray[Any]:
    """The way back from `cut`, of an image that nothing was left over of."""
    height, width = tiles.shape[1:3]
    down, across = image[0] // height, image[1] // width
    grid = tiles.reshape(down, across, height, width, *tiles.shape[3:])
    return grid.swapaxes(1, 2).reshape(*image, *tiles.shape[3:])


def too_small(path: Path, image: Size, tile: Size) -> str:
    """What is wrong with an image that no tile fits into; empty if one does."""
    if image[0] >= tile[0] and image[1] >= tile[1]:
        return ""
    return f"{path}: {image[0]}×{image[1]} pixels are less than a tile of {tile[0]}×{tile[1]} (data.size)"


def cut_file(path: Path, framing: Framing, budget: PixelBudget) -> tuple[NDArray[Any], Pixels]:
    """The tiles of an image in a file, and the image as it was; inside `strict_pillow`.

    Raises:
        DataError: It can't be read, or is smaller than a tile.
    """
    image = decode(path, budget)
    height, width = image.shape[:2]
    if wrong := too_small(path, (height, width), framing.size):
        raise DataError(wrong)
    return cut(framing.at((height, width)).frame(image), framing.size), image


@dataclass(frozen=True)
class Tiles:
    """Some tiles of some images.

    Attributes:
        paths: The images.
        image_labels: Theirs, (images,), or None.
        owners: Which image each tile is of, (tiles,).
        numbers: Which of that image's tiles it is, in the order of `corners`, (tiles,).
    """

    paths: list[Path]
    image_labels: Labels | None
    owners: NDArray[np.integer]
    numbers: NDArray[np.integer]

    @classmethod
    def of(cls, files: Files, sizes: dict[Path, Size], tile: Size) -> Tiles:
        """All tiles of images, in their order; those of no known size have none."""
        counts = [len(corners(sizes[path], tile)) if path in sizes else 0 for path in files.paths]
        owners = np.repeat(np.arange(len(counts)), counts)
        return cls(files.paths, files.labels, owners, np.concatenate([np.arange(n) for n in counts]))

    def __len__(self) -> int:
        """The number of tiles."""
        return len(self.owners)

    def take(self, rows: NDArray[np.integer]) -> Tiles:
        """Some of the tiles, by their numbers."""
        return Tiles(self.paths, self.image_labels, self.owners[rows], self.numbers[rows])

    def first(self, count: int | None) -> Tiles:
        """The first ones; all without a count."""
        return self.take(np.arange(len(self))[:count])

    @property
    def labels(self) -> Labels | None:
        """The label of each tile, its image's, (tiles,); or None."""
        return None if self.image_labels is None else self.image_labels[self.owners]


def split_tiles(
    found: Parts, sizes: dict[Path, Size], tile: Size, fraction: float, seed: int, where: str
) -> dict[str, Tiles]:
    """Tiles to train and to test on, each in an order of chance, so that the first ones are of many images.

    No image has tiles in both, unless there are fewer than ten of them.

    Args:
        found: The images; where none are to test on, some of those to train on are held out.
        sizes: Height and width of those that can be read.
        tile: Height and width of a tile.
        fraction: How much is held out.
        seed: Decides what, and the order.
        where: Names the tiles in messages.
    """
    parts = dict(found)
    if "test" not in parts:
        train = parts["train"]
        if len(train) < FEW:
            tiles = Tiles.of(train, sizes, tile)
            kept, out = held_out(len(tiles), fraction, seed, where)
            others = {name: Tiles.of(part, sizes, tile) for name, part in parts.items() if name != "train"}
            return {"train": tiles.take(kept), "test": tiles.take(out), **others}
        kept, out = held_out(len(train), fraction, seed, where)
        parts |= {"train": train.take(kept), "test": train.take(out)}
    order = ("train", "test", "validation")
    return {
        name: tiles.take(generator(seed, Role.TEST_SPLIT, order.index(name)).permutation(len(tiles)))
        for name, tiles in ((name, Tiles.of(part, sizes, tile)) for name, part in parts.items())
    }
