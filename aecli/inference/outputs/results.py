"""What networks put out, kept as what went in was: images as images, arrays as arrays."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from aecli.core.errors import DataError, RequestError
from aecli.data.scaling import Scaling
from aecli.inference.image_format import ImageFormat
from aecli.inference.inputs.batch import Named, Skipped
from aecli.inference.outputs.columns import Columns
from aecli.inference.outputs.image_folder import ImageFolder
from aecli.runs.opened import OpenedRun


class Results(Protocol):
    """Where samples go.

    Attributes:
        path: The folder or the file.
    """

    path: Path

    def add(self, named: Named, samples: NDArray[np.float32], skipped: Skipped) -> int:
        """Keeps some samples.

        Args:
            named: What is known of them.
            samples: As a network put them out, (samples, *sample_shape).
            skipped: Told of samples that can't be kept by their names.

        Returns:
            How many are kept.
        """

    def __enter__(self) -> Self:
        """Begins."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Completes what is kept, unless something went wrong."""


class ImageResults:
    """Samples as image files, each whole by itself.

    Args:
        folder: Where they go.
        image_format: How samples become images.
        digits: Of a number that stands for a name.
    """

    def __init__(self, folder: ImageFolder, image_format: ImageFormat, digits: int = 1) -> None:
        self.path = folder.path
        self._folder = folder
        self._format = image_format
        self._digits = digits

    def add(self, named: Named, samples: NDArray[np.float32], skipped: Skipped) -> int:
        """Writes an image for each sample; see `Results`."""
        kept = 0
        for name, image in zip(named.names, self._format.leave(samples, named.headers), strict=True):
            called = str(name) if named.names.dtype.kind == "U" else f"{name:0{self._digits}}"
            try:
                self._folder.write(called, image)
                kept += 1
            except DataError as error:
                skipped.add(str(error))
        return kept

    def __enter__(self) -> Self:
        """Nothing to do."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to do."""


class ArrayResults:
    """Samples as rows of an `.npz` file: `x` in the unit that went in, `names`, and `lengths` of sequences.

    Args:
        path: The file.
        scaling: The run's.
    """

    def __init__(self, path: Path, scaling: Scaling) -> None:
        self.path = path
        self._scaling = scaling
        self._columns = Columns(path)

    def add(self, named: Named, samples: NDArray[np.float32], skipped: Skipped) -> int:
        """Adds a row for each sample; see `Results`."""
        x = self._scaling.restore(samples)
        if named.lengths is not None:
            x[np.arange(x.shape[1]) >= named.lengths[:, np.newaxis]] = 0
        self._columns.append(x=x, names=named.names, lengths=named.lengths)
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


def results_for(run: OpenedRun, folder: Path, file: str, overwrite: bool, count: int) -> Results:
    """Where samples of a run go that have no files of their own: images if it is of images, else one file.

    Args:
        run: What makes them.
        folder: The folder, with its whole path.
        file: The name of the `.npz` file.
        overwrite: Whether files of the same names may be replaced.
        count: How many samples there will be.
    """
    try:
        image_format = ImageFormat.of(run)
    except RequestError:
        return ArrayResults(folder / file, run.scaling)
    return ImageResults(ImageFolder(folder, overwrite), image_format, len(str(max(count - 1, 1))))
