"""Inputs in CSV files: a sequence a file, or a row of numbers a line."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from aecli.core.errors import DataError, RequestError
from aecli.data.dialect import Dialect
from aecli.data.series import has_gap, padded, read_series, window_starts
from aecli.data.sources.csv_rows import Csv
from aecli.data.sources.sequences import Sequences
from aecli.data.stored import Numbers
from aecli.data.table import SUFFIXES, Table, read_table, spans
from aecli.inference.inputs.batch import Batch, Named, Skipped
from aecli.inference.inputs.files import Found
from aecli.inference.inputs.gate import admit, check_shape
from aecli.runs.opened import OpenedRun


class SequenceInputs:
    """CSV files whose rows are steps.

    Each is an input that is called by its file's name. Of a run that was trained on windows, each window is
    one, cut as in the training and called by the file's name and its steps: `a.csv[0:8]`.

    Args:
        run: What takes them.
        found: The files.
    """

    folder = None
    suffixes = SUFFIXES

    def __init__(self, run: OpenedRun, found: Found) -> None:
        options = run.config.data if isinstance(run.config.data, Sequences) else None
        self.run = run
        self.found = found
        self.searched = found.searched
        self.origin = str(found.base)
        self.dialect = options.dialect() if options else Dialect()
        self.window = options.window if options else None
        self.stride = (options.stride if options else None) or self.window
        self.count = None if self.window else len(found)

    def batches(self, size: int, skipped: Skipped) -> Iterator[Batch]:
        """Reads them one by one."""
        sample_shape = self.run.network.sample_shape
        sequences = self._sequences(skipped)
        while some := list(islice(sequences, size)):
            stored, lengths = padded([sequence for _, sequence in some], sample_shape[0])
            named = Named(np.array([name for name, _ in some]), lengths=lengths)
            batch, wrong = admit(named, stored, sample_shape, self.run.scaling, "")
            for message in wrong:
                skipped.add(message)
            if len(batch):
                yield batch

    def _sequences(self, skipped: Skipped) -> Iterator[tuple[str, Numbers]]:
        """Names and sequences of at most the steps that the run takes, none of them with a missing number."""
        for path, name in zip(self.found.paths, self.found.names, strict=True):
            try:
                item = read_series(path, self.dialect, self.run.columns).numbers
                steps = self.window or len(item)
                shape = (steps, item.shape[1])
                check_shape(shape, self.run.network.sample_shape, "sequences", str(path))
                starts = window_starts(len(item), steps, self.stride or steps, str(path))
            except DataError as error:
                skipped.add(str(error))
                continue
            gaps = has_gap(item)
            left_out = [start for start in starts if gaps[start : start + steps].any()]
            if left_out:
                missing = spans(np.flatnonzero(gaps).tolist())
                skipped.add(f"{path}: numbers are missing in the steps {missing}", len(left_out))
            for start in (start for start in starts if start not in set(left_out)):
                called = name if self.window is None else f"{name}[{start}:{start + steps}]"
                yield called, item[start : start + steps]


class RowInputs:
    """The rows of a CSV file, each an input that is called by the number of its line.

    Args:
        run: What takes them.
        found: The file.

    Raises:
        RequestError: There is more than one file.
        DataError: It can't be read, or has other columns than the run takes.
    """

    folder = None
    suffixes = SUFFIXES

    def __init__(self, run: OpenedRun, found: Found) -> None:
        if len(found) > 1:
            raise RequestError(f"{found.base}: {len(found):,} CSV files of rows; give one at a time")
        (self.path,) = found.paths
        self.run = run
        self.searched = found.searched
        self.origin = str(self.path)
        self.table = self._read()
        self.count = len(self.table.lines)

    def _read(self) -> Table:
        """The table, with the columns that the run was trained on; labels aren't needed."""
        options = self.run.config.data if isinstance(self.run.config.data, Csv) else None
        dialect = options.dialect(options.label) if options else Dialect()
        if self.run.columns is not None:
            return read_table(self.path, dialect.matching(self.run.columns))
        try:
            table = read_table(self.path, dialect)
            check_shape(table.numbers.shape[1:], self.run.network.sample_shape, "rows", self.origin)
        except DataError:  # without the column of labels, say
            plain = Dialect(dialect.header, dialect.delimiter, dialect.decimal)
            table = read_table(self.path, plain)
            check_shape(table.numbers.shape[1:], self.run.network.sample_shape, "rows", self.origin)
        return table

    def batches(self, size: int, skipped: Skipped) -> Iterator[Batch]:
        """Scales them."""
        messages = self.table.complaints(self.path)
        for i, message in enumerate(messages):
            skipped.add(message, 1 if i else len(self.table.broken) - len(messages) + 1)
        table = self.table.only_sound()
        for start in range(0, len(table.lines), size):
            rows = slice(start, start + size)
            batch, wrong = admit(
                Named(table.lines[rows]),
                table.numbers[rows],
                self.run.network.sample_shape,
                self.run.scaling,
                f"{self.origin}:",
            )
            for message in wrong:
                skipped.add(message)
            if len(batch):
                yield batch
