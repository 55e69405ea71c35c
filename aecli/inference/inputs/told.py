"""What a network with a condition is told of its inputs: their labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.core.errors import DataError, RequestError
from aecli.core.text import listed
from aecli.data.classes import one_hot
from aecli.inference.inputs.batch import Batch, Inputs, Named, Skipped
from aecli.runs.opened import OpenedRun

Floats = NDArray[np.float32]


class ToldInputs:
    """Inputs with their labels, one-hot.

    Args:
        inputs: The inputs.
        run: What takes them; it has a condition.
        label: That of all of them; by default each has its own: `y` beside the array that it is in, or the name of
            the folder that it lies in.
    """

    def __init__(self, inputs: Inputs, run: OpenedRun, label: str | None) -> None:
        self._inputs = inputs
        self._run = run
        self._label = label

    @property
    def count(self) -> int | None:
        """How many there are."""
        return self._inputs.count

    @property
    def origin(self) -> str:
        """Where they are."""
        return self._inputs.origin

    @property
    def folder(self) -> Path | None:
        """Where image files lie."""
        return self._inputs.folder

    @property
    def searched(self) -> tuple[Path, ...]:
        """What was searched."""
        return self._inputs.searched

    @property
    def suffixes(self) -> tuple[str, ...]:
        """What was searched for."""
        return self._inputs.suffixes

    def batches(self, size: int, skipped: Skipped) -> Iterator[Batch]:
        """The batches, with labels.

        Raises:
            DataError: Labels are missing, or none that the network knows.
        """
        for batch in self._inputs.batches(size, skipped):
            labels = self._labels(batch.named)
            told = told_of(self._run, labels, self.origin)
            yield replace(batch, named=replace(batch.named, labels=labels.astype(str)), told=told)

    def _labels(self, named: Named) -> NDArray[Any]:
        if self._label is not None:
            return np.full(len(named), self._label)
        if named.labels is not None:
            return named.labels
        folders = [PurePosixPath(str(name)).parent.name for name in named.names]
        if not all(folders):
            raise DataError(f"{self.origin}: {_needs(self._run)}")
        return np.array(folders)


def told(inputs: Inputs, run: OpenedRun, label: str | None) -> Inputs:
    """Inputs with their labels where a run needs them; see `ToldInputs`.

    Raises:
        RequestError: A label is given, and the run takes none, or doesn't know it.
    """
    if check_label(run, label):
        return ToldInputs(inputs, run, label)
    return inputs


def check_label(run: OpenedRun, label: str | None) -> bool:
    """Whether a run has a condition.

    Raises:
        RequestError: A label is given, and the run takes none, or doesn't know it.
    """
    if run.classes is None:
        if label is not None:
            raise RequestError(
                f"--label: {run.record.id} was trained without a condition, and takes no labels"
            )
        return False
    if label is not None:
        try:
            one_hot(np.array([label]), run.classes, "--label")
        except DataError as error:
            raise RequestError(str(error)) from error
    return True


def told_of(run: OpenedRun, labels: NDArray[Any] | None, where: str) -> Floats | None:
    """Labels as a run's network takes them, (count, classes); None where it takes none.

    Raises:
        DataError: There are none, or one that it doesn't know.
    """
    if run.classes is None:
        return None
    if labels is None:
        raise DataError(f"{where}: {_needs(run)}")
    return one_hot(labels, run.classes, where)


def _needs(run: OpenedRun) -> str:
    return (
        f"{run.record.id} must be told a label of each, and these have none; give one of all with --label: "
        + (listed(run.classes or []))
    )
