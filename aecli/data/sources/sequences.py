"""Sequences of numbers: arrays, or CSV files of uneven length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import PositiveInt, model_validator

from aecli.data.sources.own import OwnData
from aecli.data.sources.source import DATA_SETS, Say
from aecli.errors import DataError

if TYPE_CHECKING:
    from aecli.data.arrays import RawData
    from aecli.data.pieces import Pieces

SUFFIXES = (".csv", ".tsv", ".txt")


@DATA_SETS.register
class Sequences(OwnData):
    """Your sequences: .npy or .npz of shape (N, steps, features), or CSV files of one sequence each."""

    per_feature: ClassVar[bool] = True

    path: str
    """An .npy file; an .npz file with x_train and x_test, or x (and lengths, y); a CSV file, whose rows are
    steps; a folder of those, whose sub-folders are labels; or a pattern such as data/*.csv."""

    name: Literal["sequences"] = "sequences"
    """Which data set."""

    length: Literal["pad", "window"] = "pad"
    """How sequences come to one length: `pad` fills all up to the longest one, and what is filled up counts
    in no loss; `window` cuts pieces out of each."""

    window: PositiveInt | None = None
    """Steps of a piece; needed where `length` is `window`."""

    stride: PositiveInt | None = None
    """Steps from the beginning of one piece to that of the next; by default `window`, so that none overlap.
    The last piece ends where the sequence ends."""

    columns: tuple[str, ...] | None = None
    """Of CSV files, the headings of the columns to learn from; by default all."""

    skip_broken: bool = False
    """Skip sequences that can't be read or are shorter than a window; by default they are an error."""

    @model_validator(mode="after")
    def _one_length(self) -> Self:
        if self.length == "window" and self.window is None:
            raise ValueError("'length: window' needs 'window', the steps of a piece")
        if self.length == "pad" and (self.window, self.stride) != (None, None):
            raise ValueError("'window' and 'stride' need 'length: window'")
        return self

    def missing(self) -> Iterator[tuple[str, str]]:
        """The path, if there is nothing."""
        if not self._is_pattern:
            yield from super().missing()
        elif not self._matches():
            yield "path", f"no file matches {self.place}"

    def read(self, say: Say) -> RawData:
        """Reads the sequences, splits them, and brings them to one length."""
        from aecli.data.arrays import RawData
        from aecli.data.broken import answer_for
        from aecli.data.pieces import of_archive, of_array, of_files, padded

        broken: list[str] = []
        suffix = self.place.suffix.lower()
        if suffix == ".npy":
            train, test = of_array(self.place), None
        elif suffix == ".npz":
            train, test = of_archive(self.place)
        else:
            train, test = of_files(self._files(say), self.columns, broken)
        whole = len(broken) + len(train) + (0 if test is None else len(test))
        parts = [self._cut(part, broken) for part in self._split(train, test)]
        answer_for(broken, whole, self.skip_broken, "sequences", say)
        for part, what in zip(parts, ("training", "test"), strict=True):
            if not len(part):
                raise DataError(f"{self.place}: there is no {what} sequence")
        steps = max(len(item) for part in parts for item in part.items)
        (x_train, lengths_train), (x_test, lengths_test) = (padded(part.items, steps) for part in parts)
        uneven = bool((lengths_train < steps).any() or (lengths_test < steps).any())
        return RawData(
            x_train,
            parts[0].labels,
            x_test,
            parts[1].labels,
            self.located(),
            str(self.place),
            "sequences",
            train_lengths=lengths_train if uneven else None,
            test_lengths=lengths_test if uneven else None,
            skipped=tuple(broken),
        )

    @property
    def _is_pattern(self) -> bool:
        return any(mark in self.path for mark in "*?[")

    def _matches(self) -> list[Path]:
        from glob import glob

        return sorted(Path(match) for match in glob(str(self.place), recursive=True))  # noqa: PTH207

    def _files(self, say: Say) -> Any:
        """The CSV files, in an order of chance if there are several."""
        from aecli.data.folder import Files, survey

        if self._is_pattern:
            return Files(self._matches(), None), None
        if self.place.is_dir():
            return survey(self.place, SUFFIXES, say)
        return Files([self.place], None), None

    def _split(self, train: Pieces, test: Pieces | None) -> Sequence[Pieces]:
        """Training and test sequences; where there is one alone, its end is the test sequence."""
        from aecli.data.splits import held_out

        if test is not None:
            return train, test
        if len(train) == 1 and self.length == "window":
            return train.cut_in_time(self.test_fraction)
        where = f"{self.place}: sequences"
        if len(train) == 1:
            raise DataError(
                f"{where}: one can't be split; cut it into pieces: data.length=window, data.window=…"
            )
        rows = held_out(len(train), self.test_fraction, self.test_seed, where)
        return train.take(rows[0]), train.take(rows[1])

    def _cut(self, part: Pieces, broken: list[str]) -> Pieces:
        return part if self.window is None else part.windows(self.window, self.stride or self.window, broken)
