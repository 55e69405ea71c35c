"""Inputs in image files: whole ones, and tiles of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from aecli.core.errors import DataError
from aecli.data.decoding import SUFFIXES, Header, PixelBudget, header_of, read_image, strict_pillow
from aecli.data.framing import Pixels
from aecli.data.image_files import framed_images
from aecli.data.tiles import corners, cut_file
from aecli.inference.image_format import ImageFormat
from aecli.inference.inputs.batch import Batch, Named, Skipped
from aecli.inference.inputs.files import Found
from aecli.runs.opened import OpenedRun


class ImageInputs:
    """Image files, each an input that is called by its name.

    Args:
        run: What takes them.
        found: The files.

    Raises:
        RequestError: The run's samples are no images.
    """

    suffixes = SUFFIXES

    def __init__(self, run: OpenedRun, found: Found) -> None:
        self.found = found
        self.folder: Path | None = found.base
        self.searched = found.searched
        self.origin = str(found.base)
        self.count: int | None = len(found)
        self.format = ImageFormat.of(run)

    def batches(self, size: int, skipped: Skipped) -> Iterator[Batch]:
        """Reads and frames them, a batch in parallel."""
        paths, names = self.found.paths, self.found.names
        for start in range(0, len(paths), size):
            kept: list[tuple[str, Pixels, Header]] = []
            some = slice(start, start + size)
            for name, found in zip(
                names[some], framed_images(paths[some], self.format.framing, ""), strict=True
            ):
                if isinstance(found, DataError):
                    skipped.add(str(found))
                else:
                    kept.append((name, *found))
            if kept:
                yield from self._admitted(kept, skipped)

    def _admitted(self, some: list[tuple[str, Pixels, Header]], skipped: Skipped) -> Iterator[Batch]:
        """A batch of what lies in the range of the training; nothing if none does."""
        names, pixels, headers = zip(*some, strict=True)
        batch, wrong = self.format.enter(Named(np.array(names), list(headers)), np.stack(pixels), self.origin)
        for message in wrong:
            skipped.add(message)
        if len(batch):
            yield batch


class TileInputs(ImageInputs):
    """Image files of a run that was trained on tiles.

    Each tile is an input, called by its image's name and its top left corner: `a.jpg[32,64]`.
    """

    def __init__(self, run: OpenedRun, found: Found) -> None:
        super().__init__(run, found)
        self.count = None

    def batches(self, size: int, skipped: Skipped) -> Iterator[Batch]:
        """Reads and cuts them, image by image."""
        tiles = self._tiles(skipped)
        while some := list(islice(tiles, size)):
            yield from self._admitted(some, skipped)

    def _tiles(self, skipped: Skipped) -> Iterator[tuple[str, Pixels, Header]]:
        """The name of each tile, the tile, and what it would be as an image of its own."""
        tile, budget = self.format.framing.size, PixelBudget()
        for path, name in zip(self.found.paths, self.found.names, strict=True):
            try:
                with strict_pillow():
                    pieces, image = cut_file(path, self.format.framing, budget)
            except DataError as error:
                skipped.add(str(error))
                continue
            whole = header_of(image)
            for (top, left), piece in zip(corners(whole.size, tile), pieces, strict=True):
                yield f"{name}[{top},{left}]", piece, Header(tile, whole.colour, whole.depth)


class WholeImages(ImageInputs):
    """Image files of a run that was trained on tiles, each an input at its own size, and a batch by itself."""

    def batches(self, size: int, skipped: Skipped) -> Iterator[Batch]:
        """Reads them one by one."""
        for path, name in zip(self.found.paths, self.found.names, strict=True):
            try:
                image = read_image(path)
            except DataError as error:
                skipped.add(str(error))
                continue
            header = header_of(image)
            whole = self.format.at(header.size)
            batch, wrong = whole.enter(
                Named(np.array([name]), [header]), whole.framing.frame(image)[np.newaxis], self.origin
            )
            for message in wrong:
                skipped.add(message)
            if len(batch):
                yield batch
