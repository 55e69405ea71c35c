"""Inputs in CSV files: a sequence a file, or a row of numbers a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np

from aecli.data.arrays import Numbers
from aecli.data.pieces import padded, window_starts
from aecli.data.table import Table, read_table
from aecli.errors import DataError, RequestError
from aecli.inputs.arrays import check_shape, scaled_batch
from aecli.inputs.batch import Batch, PassedOver
from aecli.inputs.files import Found
from aecli.trained import TrainedRun

SUFFIXES = (".csv", ".tsv", ".txt")


class SequenceInputs:
    """CSV files whose rows are steps.

    Each is an input that is called by its file's name. Of a run that was trained on windows, each window is
    one, cut as in the training and called by the file's name and its steps: `a.csv[0:8]`.

    Args:
        run: What takes them.
        found: The files.
    """

    def __init__(self, run: TrainedRun, found: Found) -> None:
        options: Any = run.config.data
        self.run = run
        self.found = found
        self.origin = str(found.base)
        self.columns: Sequence[str] | None = getattr(options, "columns", None)
        self.window: int | None = getattr(options, "window", None)
        self.stride: int | None = getattr(options, "stride", None) or self.window
        self.count = None if self.window else len(found)

    def batches(self, size: int, passed_over: PassedOver) -> Iterator[Batch]:
        """Reads them one by one."""
        steps, features = self.run.network.image_shape
        sequences = self._sequences(passed_over)
        while some := list(islice(sequences, size)):
            stored, lengths = padded([sequence for _, sequence in some], steps)
            names = np.array([name for name, _ in some])
            yield scaled_batch(names, stored, lengths, (steps, features), self.run.scaling, passed_over, "")

    def _sequences(self, passed_over: PassedOver) -> Iterator[tuple[str, Numbers]]:
        """Names and sequences of at most the steps that the run takes."""
        for path, name in zip(self.found.paths, self.found.names, strict=True):
            try:
                table = read_table(path, self.columns)
                if table.broken or not len(table.numbers):
                    raise DataError(table.broken[0] if table.broken else f"{path}: has no rows")
                if self.window is None:
                    check_shape(table.numbers.shape, self.run, str(path))
                    yield name, table.numbers
                    continue
                check_shape((self.window, *table.numbers.shape[1:]), self.run, str(path))
                starts = window_starts(len(table.numbers), self.window, self.stride or self.window, str(path))
            except DataError as error:
                passed_over.add(str(error))
                continue
            for start in starts:
                stop = start + self.window
                yield f"{name}[{start}:{stop}]", table.numbers[start:stop]


class RowInputs:
    """The rows of a CSV file, each an input that is called by the number of its line.

    Args:
        run: What takes them.
        found: The file.

    Raises:
        RequestError: There is more than one file.
        DataError: It can't be read, or has other columns than the run takes.
    """

    def __init__(self, run: TrainedRun, found: Found) -> None:
        if len(found) > 1:
            raise RequestError(f"{found.base}: {len(found):,} CSV files of rows; give one at a time")
        (path,) = found.paths
        self.run = run
        self.origin = str(path)
        options: Any = run.config.data
        label = getattr(options, "label", None)
        self.table: Table = read_table(path, getattr(options, "columns", None), label)
        if len(self.table.numbers):
            check_shape(self.table.numbers.shape[1:], run, self.origin)
        self.count = len(self.table.numbers) + len(self.table.broken)

    def batches(self, size: int, passed_over: PassedOver) -> Iterator[Batch]:
        """Scales them."""
        for message in self.table.broken:
            passed_over.add(message)
        numbers, lines = self.table.numbers, np.array(self.table.lines)
        for start in range(0, len(numbers), size):
            rows = slice(start, start + size)
            batch = scaled_batch(
                lines[rows],
                numbers[rows],
                None,
                self.run.network.image_shape,
                self.run.scaling,
                passed_over,
                f"{self.origin}:",
            )
            if len(batch):
                yield batch
