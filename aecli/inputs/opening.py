"""INPUT as a user types it → inputs of a run."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from aecli.data.framing import SUFFIXES as PICTURES
from aecli.errors import DataError, RequestError
from aecli.inputs.arrays import open_arrays
from aecli.inputs.batch import Inputs
from aecli.inputs.files import find_files
from aecli.inputs.pictures import PictureInputs
from aecli.inputs.tables import SUFFIXES as TABLES
from aecli.inputs.tables import RowInputs, SequenceInputs
from aecli.inputs.tiles import TileInputs
from aecli.trained import TrainedRun

_MEMBER = re.compile(r"(?P<path>.+\.npz):(?P<member>[^/\\:]+)", re.IGNORECASE)


def open_inputs(arguments: Sequence[str], run: TrainedRun, say: Callable[[str], None]) -> Inputs:
    """The inputs that a user means.

    Args:
        arguments: Pictures, folders and patterns; or one `.npy` or `.npz` file, with the name of an array of
            it behind a colon at will. For runs on sequences and rows, CSV files in place of pictures.
        run: What takes them.
        say: Told of files that are left out.

    Raises:
        RequestError: There are none, or the run can't take them.
    """
    arrays = [array for argument in arguments if (array := _array(argument)) is not None]
    if arrays and len(arguments) > 1:
        raise RequestError(f"{arrays[0][0]}: an array must be the only INPUT")
    if arrays:
        return open_arrays(run, *arrays[0])
    if run.kind == "pictures":
        pictures = find_files(arguments, PICTURES, say)
        in_tiles = run.framing is not None and run.framing.fit == "tiles"
        return TileInputs(run, pictures) if in_tiles else PictureInputs(run, pictures)
    found = find_files(arguments, TABLES, say)
    if others := [path for path in found.paths if path.suffix.lower() not in TABLES]:
        raise DataError(
            f"{others[0]}: {run.record.id} was trained on {run.kind}: expected an .npy, .npz or CSV file"
        )
    return SequenceInputs(run, found) if run.kind == "sequences" else RowInputs(run, found)


def _array(argument: str) -> tuple[Path, str | None] | None:
    """The file of an array, and the array's name in it; None if this is no such file."""
    path = Path(os.path.expanduser(argument))  # noqa: PTH111
    if path.suffix.lower() in (".npy", ".npz"):
        return path, None
    match = _MEMBER.fullmatch(str(path))
    return (Path(match["path"]), match["member"]) if match else None
