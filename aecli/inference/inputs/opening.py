"""INPUT as a user types it → inputs of a run."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from aecli.core.errors import DataError, RequestError
from aecli.data.array_files import SUFFIXES as ARRAYS
from aecli.data.decoding import SUFFIXES as IMAGES
from aecli.data.table import SUFFIXES as TABLES
from aecli.inference.inputs.arrays import open_arrays
from aecli.inference.inputs.batch import Inputs
from aecli.inference.inputs.files import find_files
from aecli.inference.inputs.image_files import ImageInputs, TileInputs, WholeImages
from aecli.inference.inputs.tables import RowInputs, SequenceInputs
from aecli.inference.inputs.told import told
from aecli.runs.opened import OpenedRun

_MEMBER = re.compile(r"(?P<path>.+\.npz):(?P<member>[^/\\:]+)", re.IGNORECASE)


def open_inputs(
    arguments: Sequence[str], run: OpenedRun, label: str | None = None, whole: bool = False
) -> Inputs:
    """The inputs that a user means.

    Args:
        arguments: Images, folders and patterns; or one `.npy` or `.npz` file, optionally with the name of an
            array of it behind a colon. For runs on sequences and rows, CSV files in place of images.
        run: What takes them.
        label: What all of them are labelled, for a run with a condition; by default each has its own.
        whole: Whether images of a run on tiles are taken whole, and not tile by tile.

    Raises:
        RequestError: There are none, or the run can't take them.
    """
    return told(_opened(arguments, run, whole), run, label)


def _opened(arguments: Sequence[str], run: OpenedRun, whole: bool) -> Inputs:
    arrays = [array for argument in arguments if (array := _array(argument)) is not None]
    if arrays and len(arguments) > 1:
        raise RequestError(f"{arrays[0][0]}: an array must be the only INPUT")
    if arrays:
        return open_arrays(run, *arrays[0])
    if run.kind == "images":
        images = find_files(arguments, IMAGES)
        if run.framing is None or run.framing.fit != "tiles":
            return ImageInputs(run, images)
        return WholeImages(run, images) if whole else TileInputs(run, images)
    found = find_files(arguments, TABLES)
    if others := [path for path in found.paths if path.suffix.lower() not in TABLES]:
        raise DataError(
            f"{others[0]}: {run.record.id} was trained on {run.kind}: expected an .npy, .npz or CSV file"
        )
    return SequenceInputs(run, found) if run.kind == "sequences" else RowInputs(run, found)


def _array(argument: str) -> tuple[Path, str | None] | None:
    """The file of an array, and the array's name in it; None if this is no such file."""
    path = Path(os.path.expanduser(argument))  # noqa: PTH111
    if path.suffix.lower() in ARRAYS:
        return path, None
    match = _MEMBER.fullmatch(str(path))
    return (Path(match["path"]), match["member"]) if match and not path.exists() else None
