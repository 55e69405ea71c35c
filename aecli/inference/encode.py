"""Inputs → codes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Protocol

import numpy as np

from aecli.core.progress import Bar
from aecli.inference.functions import Encoded, batch_size, encoder
from aecli.inference.inputs.batch import Batch, Inputs, Skipped
from aecli.inference.outcome import Outcome, require_some
from aecli.inference.outputs.columns import Columns
from aecli.inference.outputs.csv_file import csv_file
from aecli.inference.outputs.place import refuse_among
from aecli.runs.opened import OpenedRun


class _Write(Protocol):
    def __call__(self, batch: Batch, encoded: Encoded) -> None: ...


def encode(run: OpenedRun, inputs: Inputs, path: Path) -> Outcome:
    """Encodes inputs into a file, some at a time.

    Args:
        run: What encodes.
        inputs: What is encoded.
        path: An `.npz` or a `.csv` file. See docs/USING.md for what is in it.

    Raises:
        DataError: Nothing can be read; the file is as it was.
    """
    refuse_among(path, inputs)
    function, skipped = encoder(run), Skipped()
    write_to = _csv if path.suffix.lower() == ".csv" else _npz
    with Bar("Encoding", inputs.count) as bar, write_to(path) as write:
        for batch in inputs.batches(batch_size(run), skipped):
            write(batch, function(batch))
            bar.advance(len(batch))
        require_some(bar.done, skipped, inputs.origin)
    return Outcome([path], bar.done, skipped.count, bar.seconds)


@contextmanager
def _npz(path: Path) -> Iterator[_Write]:
    with Columns(path) as columns:

        def write(batch: Batch, encoded: Encoded) -> None:
            originals = None
            if batch.named.headers is not None:
                originals = np.array(
                    [
                        (*each.size, 3 if each.colour == "rgb" else 1, each.depth)
                        for each in batch.named.headers
                    ]
                )
            columns.append(
                names=batch.named.names,
                codes=encoded.codes,
                variances=encoded.variances,
                indices=encoded.indices,
                labels=batch.named.labels,
                originals=originals,
                lengths=batch.named.lengths,
            )

        yield write


@contextmanager
def _csv(path: Path) -> Iterator[_Write]:
    begun = False
    with csv_file(path) as write_rows:

        def write(batch: Batch, encoded: Encoded) -> None:
            nonlocal begun
            given = {"code": encoded.codes, "variance": encoded.variances, "index": encoded.indices}
            parts = {name: part.reshape(len(part), -1) for name, part in given.items() if part is not None}
            if not begun:
                begun = True
                headings = (f"{name}_{i}" for name, part in parts.items() for i in range(part.shape[1]))
                write_rows([["name", *headings]])
            # float32 as Python writes it is the shortest text that reads back as the same number.
            flat = np.concatenate([part.astype(str) for part in parts.values()], axis=1)
            rows = zip(batch.named.names.tolist(), flat.tolist(), strict=True)
            write_rows(list(chain([name], row)) for name, row in rows)

        yield write
