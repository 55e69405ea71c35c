"""Inputs that are tiles of pictures."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from aecli.data.framing import Depth, Header, Picture, strict_pillow
from aecli.data.tiles import corners, cut_file
from aecli.errors import DataError
from aecli.inputs.batch import Batch, PassedOver
from aecli.inputs.files import Found
from aecli.picture_form import PictureForm
from aecli.trained import TrainedRun


class TileInputs:
    """Picture files of a run that was trained on tiles.

    Each tile is an input, called by its picture's name and its top left corner: `a.jpg[32,64]`.

    Args:
        run: What takes them.
        found: The files.

    Raises:
        RequestError: The run's items are no pictures.
    """

    def __init__(self, run: TrainedRun, found: Found) -> None:
        self.found = found
        self.origin = str(found.base)
        self.count = None
        self.form = PictureForm.of(run)

    def batches(self, size: int, passed_over: PassedOver) -> Iterator[Batch]:
        """Reads and cuts them, picture by picture."""
        tiles = self._tiles(passed_over)
        while some := list(islice(tiles, size)):
            names, items, originals = zip(*some, strict=True)
            yield Batch(np.array(names), self.form.enter(np.stack(items)), originals=list(originals))

    def _tiles(self, passed_over: PassedOver) -> Iterator[tuple[str, Picture, Header]]:
        """The name of each tile, the tile, and what it would be as a picture of its own."""
        tile = self.form.framing.size
        for path, name in zip(self.found.paths, self.found.names, strict=True):
            try:
                with strict_pillow():
                    pieces, picture = cut_file(path, self.form.framing)
            except DataError as error:
                passed_over.add(str(error))
                continue
            depth: Depth = 16 if picture.dtype == np.uint16 else 8
            original = Header(tile, "rgb" if picture.ndim == 3 else "grey", depth)
            height, width = picture.shape[:2]
            for (top, left), piece in zip(corners((height, width), tile), pieces, strict=True):
                yield f"{name}[{top},{left}]", piece, original
