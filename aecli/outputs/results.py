"""What networks put out, kept as what went in was: pictures as pictures, arrays as arrays."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from aecli.data.framing import Header
from aecli.data.scaling import Scaling
from aecli.errors import DataError
from aecli.inputs.batch import PassedOver
from aecli.outputs.columns import Columns
from aecli.outputs.picture_folder import PictureFolder
from aecli.picture_form import PictureForm


class Results(Protocol):
    """Where items go.

    Attributes:
        path: The folder or the file.
    """

    path: Path

    def add(
        self,
        names: NDArray[Any],
        items: NDArray[np.float32],
        originals: list[Header] | None,
        lengths: NDArray[np.integer] | None,
        passed_over: PassedOver,
    ) -> int:
        """Keeps some items.

        Args:
            names: What each is called, (items,).
            items: As a network put them out, (items, *image_shape).
            originals: Of pictures, what each was before it was framed.
            lengths: Of sequences, how many steps of each are real.
            passed_over: Told of items that can't be kept by their names.

        Returns:
            How many are kept.
        """

    def __enter__(self) -> Self:
        """Begins."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Completes what is kept, unless something went wrong."""


class PictureResults:
    """Items as picture files.

    Args:
        folder: Where they go.
        form: How items become pictures.
        digits: Of a number that stands for a name.
    """

    def __init__(self, folder: PictureFolder, form: PictureForm, digits: int) -> None:
        self.path = folder.path
        self._folder = folder
        self._form = form
        self._digits = digits

    def add(
        self,
        names: NDArray[Any],
        items: NDArray[np.float32],
        originals: list[Header] | None,
        lengths: NDArray[np.integer] | None,
        passed_over: PassedOver,
    ) -> int:
        """Writes a picture for each item; see `Results`."""
        kept = 0
        for name, picture in zip(names, self._form.leave(items, originals), strict=True):
            called = str(name) if names.dtype.kind == "U" else f"{name:0{self._digits}}"
            try:
                self._folder.write(called, picture)
                kept += 1
            except DataError as error:
                passed_over.add(str(error))
        return kept

    def __enter__(self) -> Self:
        """Nothing to do."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to do: each picture is whole by itself."""


class ArrayResults:
    """Items as rows of an `.npz` file: `x` in the unit that went in, `names`, and `lengths` of sequences.

    Args:
        path: The file.
        scaling: The run's.
    """

    def __init__(self, path: Path, scaling: Scaling) -> None:
        self.path = path
        self._scaling = scaling
        self._columns = Columns(path)

    def add(
        self,
        names: NDArray[Any],
        items: NDArray[np.float32],
        originals: list[Header] | None,
        lengths: NDArray[np.integer] | None,
        passed_over: PassedOver,
    ) -> int:
        """Adds a row for each item; see `Results`."""
        x = self._scaling.restore(items)
        if lengths is not None:
            x[np.arange(x.shape[1]) >= lengths[:, np.newaxis]] = 0
        self._columns.append(x=x, names=names, lengths=lengths)
        return len(x)

    def __enter__(self) -> Self:
        """Begins."""
        self._columns.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Writes the file, unless something went wrong."""
        self._columns.__exit__(kind, error, trace)
