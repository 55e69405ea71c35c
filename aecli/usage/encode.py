"""Inputs → codes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from math import prod
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from aecli.inputs.batch import Batch, Inputs, PassedOver
from aecli.messages import Messages
from aecli.outputs.bar import Bar
from aecli.outputs.columns import Columns
from aecli.outputs.csv_file import csv_file
from aecli.trained import TrainedRun
from aecli.usage.functions import batch_size, encoder
from aecli.usage.outcome import Outcome, require_some

Floats = NDArray[np.float32]
SUFFIXES = (".npz", ".csv")


class _Write(Protocol):
    def __call__(self, batch: Batch, codes: Floats, variances: Floats | None) -> None: ...


def encode(run: TrainedRun, inputs: Inputs, path: Path, messages: Messages) -> Outcome:
    """Encodes inputs into a file, some at a time.

    Args:
        run: What encodes.
        inputs: What is encoded.
        path: An `.npz` or a `.csv` file. See docs/USING.md for what is in it.
        messages: Where progress and warnings go.

    Raises:
        DataError: Nothing can be read; the file is as it was.
    """
    function, passed_over = encoder(run), PassedOver(messages.warn)
    write_to = _csv if path.suffix.lower() == ".csv" else _npz
    with Bar("Encoding", inputs.count, messages) as bar, write_to(path, run) as write:
        for batch in inputs.batches(batch_size(run), passed_over):
            write(batch, *function(batch))
            bar.advance(len(batch))
        require_some(bar.done, passed_over, inputs.origin)
    return Outcome([path], bar.done, passed_over.count, bar.seconds)


@contextmanager
def _npz(path: Path, run: TrainedRun) -> Iterator[_Write]:
    with Columns(path) as columns:

        def write(batch: Batch, codes: Floats, variances: Floats | None) -> None:
            originals = None
            if batch.originals is not None:
                originals = np.array(
                    [(*each.size, 3 if each.colour == "rgb" else 1, each.depth) for each in batch.originals]
                )
            columns.append(
                names=batch.names,
                codes=codes,
                variances=variances,
                originals=originals,
                lengths=batch.lengths,
            )

        yield write


@contextmanager
def _csv(path: Path, run: TrainedRun) -> Iterator[_Write]:
    numbers = range(prod(run.network.code_shape))
    begun = False
    with csv_file(path) as write_rows:

        def write(batch: Batch, codes: Floats, variances: Floats | None) -> None:
            nonlocal begun
            parts = {"code": codes} | ({} if variances is None else {"variance": variances})
            if not begun:
                begun = True
                headings = (f"{name}_{number}" for name in parts for number in numbers)
                write_rows([["name", *headings]])
            flat = np.concatenate([part.reshape(len(part), -1) for part in parts.values()], axis=1)
            # float32 as Python writes it is the shortest text that reads back as the same number.
            rows = zip(batch.names.tolist(), flat.astype(str).tolist(), strict=True)
            write_rows(list(chain([name], row)) for name, row in rows)

        yield write
