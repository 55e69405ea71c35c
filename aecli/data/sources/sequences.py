"""Sequences of numbers: arrays, or CSV files of uneven length."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import PositiveInt, model_validator

from aecli.core.errors import DataError
from aecli.data.sources.source import DATA_SETS, RawData
from aecli.data.sources.tabular import Tabular

if TYPE_CHECKING:
    from aecli.data.folder import Parts
    from aecli.data.series import Series
    from aecli.data.stored import Stored

log = logging.getLogger(__name__)


@DATA_SETS.register
class Sequences(Tabular):
    """Your sequences: .npy or .npz of shape (N, steps, features), or CSV files of one sequence each."""

    path: str
    """An .npy file; an .npz file with x_train and x_test, or x (and lengths, y); a CSV file, whose rows are
    steps; a folder of those, whose sub-folders are labels; or a pattern such as data/*.csv."""

    takes_patterns: ClassVar[bool] = True

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

    missing: Literal["error", "drop"] = "error"
    """What becomes of steps with a missing number: by default an error that names them; `drop` leaves out the
    windows that reach over one or, of `length: pad`, the whole sequence."""

    skip_broken: bool = False
    """Skip sequences that can't be read or are shorter than a window; by default they are an error."""

    @model_validator(mode="after")
    def _one_length(self) -> Self:
        if self.length == "window" and self.window is None:
            raise ValueError("'length: window' needs 'window', the steps of a piece")
        if self.length == "pad" and (self.window, self.stride) != (None, None):
            raise ValueError("'window' and 'stride' need 'length: window'")
        return self

    def read(self) -> RawData:
        """Reads the sequences, splits them, and brings them to one length."""
        from aecli.data.series import of_archive, of_array, of_files
        from aecli.data.skipped import answer_for

        broken: list[str] = []
        suffix = self.place.suffix.lower()
        if suffix == ".npy":
            parts = of_array(self.place)
        elif suffix == ".npz":
            parts = of_archive(self.place)
        else:
            parts = of_files(self._files(), self.dialect(), broken)
        whole = len(broken) + sum(len(part) for part in parts.values())
        answer_for(broken, len(broken), whole, self.skip_broken, "sequences")
        self._answer_for_gaps(parts)
        parts = self._split(parts)
        cut = self._windows(parts, broken) if self.window is not None else self._padded(parts)
        for name, part in cut.items():
            if not len(part):
                raise DataError(f"{self.place}: no {name} sequence is left")
        return RawData(
            cut["train"],
            cut["test"],
            validation=cut.get("validation"),
            source=self.located(),
            origin=str(self.place),
            kind="sequences",
            skipped=tuple(broken),
            columns=parts["train"].columns,
        )

    def _files(self) -> Parts:
        """The CSV files."""
        from aecli.data.folder import Files, survey
        from aecli.data.table import SUFFIXES

        if self.is_pattern:
            return {"train": Files(self.matches(), None)}
        if self.place.is_dir():
            return survey(self.place, SUFFIXES)
        return {"train": Files([self.place], None)}

    def _answer_for_gaps(self, parts: dict[str, Series]) -> None:
        """Raises or logs where numbers are missing."""
        gaps = [gap for part in parts.values() for gap in part.gaps()]
        if not gaps:
            return
        named = "; ".join(f"{name}: {steps}" for name, steps in gaps[:5]) + ("; …" if len(gaps) > 5 else "")
        if self.missing == "error":
            raise DataError(
                f"numbers are missing in {len(gaps):,} sequence(s) ({named}). To leave out what "
                "reaches over them: --set data.missing=drop"
            )
        log.warning(f"Left out, because numbers are missing: what reaches over {named} (data.missing)")

    def _split(self, parts: dict[str, Series]) -> dict[str, Series]:
        """Training and test sequences; where there is one alone, its end is the test sequence."""
        from aecli.data.partition import held_out

        if "test" in parts:
            return parts
        train = parts["train"]
        if len(train) == 1 and self.window is not None:
            beginning, end = train.cut_in_time(self.test_fraction, self.window)
            return {**parts, "train": beginning, "test": end}
        where = f"{self.place}: sequences"
        if len(train) == 1:
            raise DataError(
                f"{where}: one can't be split; cut it into pieces: data.length=window, data.window=…"
            )
        kept, out = held_out(len(train), self.test_fraction, self.test_seed, where)
        return {**parts, "train": train.take(kept), "test": train.take(out)}

    def _windows(self, parts: dict[str, Series], broken: list[str]) -> dict[str, Stored]:
        """The pieces of each part; `broken` grows by sequences that are shorter than one."""
        from aecli.data.skipped import answer_for

        assert self.window is not None
        found, whole, short = {}, sum(len(part) for part in parts.values()), list[str]()
        for name, part in parts.items():
            found[name], too_short = part.windows(self.window, self.stride or self.window)
            short += too_short
        answer_for(short, len(short), whole, self.skip_broken, "sequences")
        broken += short
        return found

    def _padded(self, parts: dict[str, Series]) -> dict[str, Stored]:
        """All sequences of each part without gaps, filled up to one length where they differ."""
        from dataclasses import replace

        import numpy as np

        from aecli.data.series import has_gap

        whole = {
            name: part.take(
                np.array([i for i, item in enumerate(part.items) if not has_gap(item).any()], int)
            )
            for name, part in parts.items()
        }
        if not all(len(part) for part in whole.values()):
            raise DataError(f"{self.place}: every sequence of a part lacks numbers; nothing is left")
        lengths = {len(item) for part in whole.values() for item in part.items}
        found = {name: part.padded(max(lengths)) for name, part in whole.items()}
        return (
            found if len(lengths) > 1 else {name: replace(each, lengths=None) for name, each in found.items()}
        )
