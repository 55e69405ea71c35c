"""Rows of numbers in a CSV file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from aecli.data.sources.own import OwnData
from aecli.data.sources.source import DATA_SETS, Say
from aecli.errors import DataError

if TYPE_CHECKING:
    from aecli.data.arrays import RawData


@DATA_SETS.register
class Csv(OwnData):
    """Rows of numbers from your CSV file, for the dense models; each column is scaled by itself."""

    per_feature: ClassVar[bool] = True

    name: Literal["csv"] = "csv"
    """Which data set."""

    test_path: str | None = None
    """A second CSV file, of the same columns, with the test rows; without it they are held out."""

    label: str | None = None
    """The heading of the column that holds labels; without it there are none."""

    columns: tuple[str, ...] | None = None
    """The headings of the columns to learn from; by default all but the label."""

    skip_broken: bool = False
    """Skip rows with an empty cell, or one that is no number, and say how many; by default an error."""

    def missing(self) -> Iterator[tuple[str, str]]:
        """The files that aren't there."""
        yield from super().missing()
        if self.test_path is not None and not self._test_place.exists():
            yield "test_path", f"there is no {self._test_place}"

    def read(self, say: Say) -> RawData:
        """Reads the rows, and holds some out where there is no second file."""
        from aecli.data.arrays import RawData
        from aecli.data.splits import held_out
        from aecli.data.table import as_labels

        table, skipped = self._read(self.place, say)
        x, labels = table.numbers, table.labels
        if self.test_path is None:
            train, test = held_out(len(x), self.test_fraction, self.test_seed, str(self.place))
            y = None if labels is None else as_labels(labels)
            y_train, y_test = (None, None) if y is None else (y[train], y[test])
            x_train, x_test = x[train], x[test]
        else:
            other, more = self._read(self._test_place, say)
            skipped += more
            if other.numbers.shape[1] != x.shape[1] or other.names != table.names:
                raise DataError(f"{self._test_place}: has other columns than {self.place}")
            x_train, x_test, y_train, y_test = x, other.numbers, None, None
            if labels is not None and other.labels is not None:
                both = as_labels([*labels, *other.labels])  # so that both become integers, or neither
                y_train, y_test = both[: len(x)], both[len(x) :]
        origin, left_out = str(self.place), tuple(skipped)
        return RawData(x_train, y_train, x_test, y_test, self._located(), origin, "rows", skipped=left_out)

    @property
    def _test_place(self) -> Path:
        return Path(self.test_path or "").expanduser().absolute()

    def _located(self) -> Csv:
        update = {} if self.test_path is None else {"test_path": str(self._test_place)}
        return self.located().model_copy(update=update)

    def _read(self, path: Path, say: Say) -> tuple[Any, list[str]]:
        from aecli.data.broken import answer_for
        from aecli.data.table import read_table

        table = read_table(path, self.columns, self.label)
        answer_for(
            table.broken, len(table.broken) + len(table.numbers), self.skip_broken, f"rows of {path}", say
        )
        return table, table.broken
