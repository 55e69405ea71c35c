"""Inputs in picture files."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from aecli.data.framing import Depth, Framing, Header, Picture, decode, strict_pillow
from aecli.errors import DataError
from aecli.inputs.batch import Batch, PassedOver
from aecli.inputs.files import Found
from aecli.picture_form import PictureForm
from aecli.trained import TrainedRun


class PictureInputs:
    """Picture files, each an input that is called by its name.

    Args:
        run: What takes them.
        found: The files.

    Raises:
        RequestError: The run's items are no pictures.
    """

    def __init__(self, run: TrainedRun, found: Found) -> None:
        self.found = found
        self.origin = str(found.base)
        self.count = len(found)
        self.form = PictureForm.of(run)

    def batches(self, size: int, passed_over: PassedOver) -> Iterator[Batch]:
        """Reads and frames them, a batch in parallel."""
        paths, framing = self.found.paths, self.form.framing
        with ThreadPoolExecutor() as threads:
            for start in range(0, len(paths), size):
                some = paths[start : start + size]
                with strict_pillow():
                    read = list(threads.map(_framed, some, [framing] * len(some)))
                names, items, originals = [], [], []
                for name, found in zip(self.found.names[start : start + size], read, strict=True):
                    if isinstance(found, DataError):
                        passed_over.add(str(found))
                    else:
                        names.append(name)
                        items.append(found[0])
                        originals.append(found[1])
                if items:
                    yield Batch(np.array(names), self.form.enter(np.stack(items)), originals=originals)


def _framed(path: Path, framing: Framing) -> tuple[Picture, Header] | DataError:
    """A framed picture and what it was, or what is wrong with it."""
    try:
        picture = decode(path)
    except DataError as error:
        return error
    height, width = picture.shape[:2]
    depth: Depth = 16 if picture.dtype == np.uint16 else 8
    return framing.frame(picture), Header((height, width), "rgb" if picture.ndim == 3 else "grey", depth)
