"""The record of a training: a row an epoch, kept exactly, readable as CSV."""

import csv
import io
import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from aecli.core.errors import RunError
from aecli.core.files import read_whole, write_bytes

MAX_BYTES = 2**28
"""What the history of a training may take at most."""

Row = dict[str, float]
"""What an epoch reached, by name: losses (`total`, `test_total`, …), learning rate, seconds, …"""

PREFIXES = {"test": "test_", "validation": "val_"}
"""How the names of quantities begin that were measured on the monitored samples: which these are."""

TIMES = ("seconds", "samples_per_second")
"""What differs between two runs of one config."""


class History(list[Row]):
    """Rows in the order of their epochs; row 0 is epoch 1. Rows are added; none changes, and none goes."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        super().__init__(rows)
        self._encoded = 0
        self._json, self._lines = bytearray(), bytearray()

    def column(self, name: str) -> list[float]:
        """One quantity over the epochs."""
        return [row[name] for row in self]

    @property
    def prefix(self) -> str:
        """How the names of what was measured on the monitored samples begin: `test_` or `val_`."""
        return next(prefix for prefix in PREFIXES.values() if f"{prefix}total" in self[0])

    def monitored(self, name: str) -> list[float]:
        """One quantity of the monitored samples over the epochs, such as `total`."""
        return self.column(self.prefix + name) if self else []

    @property
    def monitored_losses(self) -> list[float]:
        """The total loss of the monitored samples in each epoch."""
        return self.monitored("total")

    @property
    def best_epoch(self) -> int:
        """The epoch (from 1) with the lowest monitored loss; the first of equals. NaN is not a low loss."""
        losses = [math.inf if math.isnan(loss) else loss for loss in self.monitored_losses]
        return losses.index(min(losses)) + 1

    def to_json(self) -> bytes:
        """All rows, for a checkpoint. Numbers keep every digit."""
        self._encode()
        return b"[" + self._json + b"]"

    def to_csv(self) -> bytes:
        """All rows, with a header. Numbers keep every digit."""
        self._encode()
        header = io.StringIO()
        self._writer(header).writeheader()
        return header.getvalue().encode() + self._lines

    def write_csv(self, path: Path) -> None:
        """Writes `to_csv` atomically."""
        write_bytes(path, self.to_csv())

    def _encode(self) -> None:
        """Encodes the rows that were added; all of them would take longer after each epoch."""
        added, lines = self[self._encoded :], io.StringIO()
        if added:
            writer = self._writer(lines)
            writer.writerows(
                {"epoch": epoch, **row} for epoch, row in enumerate(added, start=self._encoded + 1)
            )
            self._lines += lines.getvalue().encode()
            self._json += (b", " if self._json else b"") + json.dumps(added)[1:-1].encode()
            self._encoded = len(self)

    def _writer(self, text: io.StringIO) -> "csv.DictWriter[str]":
        return csv.DictWriter(text, ["epoch", *(self[0] if self else [])], lineterminator="\n")

    @classmethod
    def read_csv(cls, path: Path) -> "History":
        """Reads what `write_csv` wrote.

        Raises:
            RunError: There is no such file, or it holds something else.
        """
        try:
            reader = csv.DictReader(io.StringIO(read_whole(path, MAX_BYTES).decode(), newline=""))
            if (reader.fieldnames or [""])[0] != "epoch":
                raise ValueError("its first column is not 'epoch'")
            rows = list(reader)
            return cls.checked(
                [{name: float(value) for name, value in row.items() if name != "epoch"} for row in rows]
            )
        except (OSError, ValueError, TypeError, csv.Error) as error:
            raise RunError(f"{path}: not a readable record of a training ({error})") from error

    @classmethod
    def checked(cls, rows: Any) -> "History":
        """A history of what a file held, whatever that was.

        Raises:
            ValueError: These are no rows that an epoch each reached.
        """
        if not isinstance(rows, list):
            raise ValueError("it holds no rows")
        names = list(rows[0]) if rows and isinstance(rows[0], dict) else []
        if rows and not any(f"{prefix}total" in names for prefix in PREFIXES.values()):
            raise ValueError("it holds no loss of test or validation samples")
        for epoch, row in enumerate(rows, start=1):
            if not isinstance(row, dict) or list(row) != names:
                raise ValueError(f"epoch {epoch} has other columns than the first one")
            if not all(type(value) in (int, float) for value in row.values()):
                raise ValueError(f"epoch {epoch} holds something else than numbers")
        return cls(rows)
