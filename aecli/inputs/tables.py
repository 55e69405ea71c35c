"""Inputs in CSV files: a sequence a file, or a row of numbers a line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from aecli.data.table import Table, read_table
from aecli.errors import DataError, RequestError
from aecli.inputs.arrays import check_shape, scaled_batch
from aecli.inputs.batch import Batch, PassedOver
from aecli.inputs.files import Found
from aecli.trained import TrainedRun

SUFFIXES = (".csv", ".tsv", ".txt")


class SequenceInputs:
    """CSV files whose rows are steps, each an input that is called by its file's name.

    Args:
        run: What takes them.
        found: The files.
    """

    def __init__(self, run: TrainedRun, found: Found) -> None:
        self.run = run
        self.found = found
        self.origin = str(found.base)
        self.count = len(found)
        self.columns: Any = getattr(run.config.data, "columns", None)

    def batches(self, size: int, passed_over: PassedOver) -> Iterator[Batch]:
        """Reads them one by one."""
        steps, features = self.run.network.image_shape
        files = list(zip(self.found.paths, self.found.names, strict=True))
        for start in range(0, self.count, size):
            names: list[str] = []
            lengths: list[int] = []
            stored = np.zeros((min(size, self.count - start), steps, features))
            for path, name in files[start : start + size]:
                try:
                    table = read_table(path, self.columns)
                    if table.broken or not len(table.numbers):
                        raise DataError(table.broken[0] if table.broken else f"{path}: has no rows")
                    check_shape(table.numbers.shape, self.run, str(path))
                except DataError as error:
                    passed_over.add(str(error))
                    continue
                stored[len(names), : len(table.numbers)] = table.numbers
                names.append(name)
                lengths.append(len(table.numbers))
            if names:
                yield scaled_batch(
                    np.array(names),
                    stored[: len(names)],
                    np.array(lengths),
                    (steps, features),
                    self.run.scaling,
                    passed_over,
                    "",
                )


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
