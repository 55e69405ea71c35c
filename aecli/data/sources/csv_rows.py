"""Rows of numbers in a CSV file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import PositiveInt

from aecli.core.errors import DataError
from aecli.data.sources.source import DATA_SETS, RawData
from aecli.data.sources.tabular import Column, Tabular

if TYPE_CHECKING:
    from aecli.data.table import Table


@DATA_SETS.register
class Csv(Tabular):
    """Rows of numbers from your CSV file, for the dense models; each column is scaled by itself."""

    name: Literal["csv"] = "csv"
    """Which data set."""

    test_path: str | None = None
    """A second CSV file, of the same columns, with the test rows; without it they are held out."""

    label: Column | None = None
    """The column that holds labels, by heading or by number from 1; without it there are none."""

    skip_broken: bool = False
    """Skip rows with an empty cell, or one that is not a number, and say how many; by default an error."""

    memory_limit_mb: PositiveInt | None = None
    """Memory that the rows of a training may take, in MiB; by default half of what is left. Beyond it they
    are written into a file in aecli's cache, and streamed from there with the same results."""

    def absent(self) -> Iterator[tuple[str, str]]:
        """The files that aren't there."""
        yield from super().absent()
        if self.test_path is not None and not self._test_place.exists():
            yield "test_path", f"there is no {self._test_place}"

    def read(self) -> RawData:
        """Reads the rows, and holds some out where there is no second file."""
        from aecli.data.partition import held_out
        from aecli.data.stored import Stored
        from aecli.data.table import as_labels

        table, skipped = self._read(self.place)
        located, labels = self.located(), table.labels
        if self.test_path is None:
            whole = Stored(table.numbers, None if labels is None else as_labels(labels))
            kept, out = held_out(len(whole), self.test_fraction, self.test_seed, str(self.place))
            train, test = whole.take(kept), whole.take(out)
        else:
            other, more = self._read(self._test_place, table.names)
            skipped += more
            if other.numbers.shape[1] != table.numbers.shape[1]:
                raise DataError(f"{self._test_place}: has other columns than {self.place}")
            y_train = y_test = None
            if labels is not None and other.labels is not None:
                both = as_labels([*labels, *other.labels])  # so that both become integers, or neither
                y_train, y_test = both[: len(labels)], both[len(labels) :]
            train, test = Stored(table.numbers, y_train), Stored(other.numbers, y_test)
            located = located.model_copy(update={"test_path": str(self._test_place)})
        return RawData(
            train,
            test,
            located,
            str(self.place),
            "rows",
            skipped=tuple(skipped),
            columns=table.names,
        )

    @property
    def _test_place(self) -> Path:
        return Path(self.test_path or "").expanduser().absolute()

    def _read(self, path: Path, names: tuple[str, ...] | None = None) -> tuple[Table, list[str]]:
        """The rows that can be read, and what is wrong with each of the others."""
        from aecli.data.skipped import answer_for
        from aecli.data.streamed import in_memory_or_on_disk
        from aecli.data.table import read_table

        dialect = self.dialect(self.label)
        hold = partial(in_memory_or_on_disk, what=str(path), limit_mb=self.memory_limit_mb)
        table = read_table(path, dialect if names is None else dialect.matching(names), hold=hold)
        answer_for(
            table.complaints(path), len(table.broken), len(table.lines), self.skip_broken, f"rows of {path}"
        )
        return table.only_sound(), [f"{path}:{line}: {wrong}" for line, (_, wrong) in table.broken.items()]
