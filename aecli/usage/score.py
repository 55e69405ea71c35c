"""Inputs → how far each is from what the network was trained on."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.errors import RunError
from aecli.figures.cells import look_of
from aecli.figures.oddest import oddest
from aecli.files import atomic_write
from aecli.inputs.batch import Inputs, PassedOver
from aecli.messages import Messages
from aecli.outputs.bar import Bar
from aecli.outputs.columns import Column
from aecli.outputs.csv_file import csv_file
from aecli.outputs.place import plain_failures
from aecli.reference import Reference
from aecli.trained import TrainedRun
from aecli.usage.functions import loss, reconstructor
from aecli.usage.outcome import Outcome, require_some

Floats = NDArray[np.float32]
HEADINGS = ("name", "loss", "percentile", "rank")


def score(run: TrainedRun, inputs: Inputs, path: Path, top: int, messages: Messages) -> Outcome:
    """Writes the reconstruction loss of each input, beside those of the training images.

    Args:
        run: What reconstructs.
        inputs: What is scored.
        path: A `.csv` file: name, loss, the percentage of training images whose loss is lower, and the rank
            among the inputs, of which 1 has the lowest loss.
        top: How many of the oddest to draw, beside the table; 0 draws none.
        messages: Where progress and warnings go.

    Raises:
        RunError: The run doesn't hold the losses of its training images.
        DataError: Nothing can be read; the file is as it was.
    """
    quantiles = training_losses(run)
    function, passed_over, odd = reconstructor(run), PassedOver(messages.warn), Oddest(top)
    losses: list[Floats] = []
    with plain_failures(path):
        names = Column(path.absolute().parent)
    try:
        with Bar("Scoring", inputs.count, messages) as bar:
            for batch in inputs.batches(run.network.batch_size, passed_over):
                items = batch.items
                outputs = function(items)
                losses.append(loss(run, items, outputs, batch.weights))
                names.append(batch.names)
                odd.add(batch.names, items, outputs, batch.weights, losses[-1])
                bar.advance(len(batch))
            require_some(bar.done, passed_over, inputs.origin)
        _write(path, names, np.concatenate(losses), quantiles)
    finally:
        names.close()
    paths = [path]
    if top:
        paths.append(path.with_suffix(".png"))
        _draw(run, odd, quantiles, paths[-1])
    return Outcome(paths, bar.done, passed_over.count, bar.seconds)


def training_losses(run: TrainedRun) -> Floats:
    """Quantiles of the losses of the run's training images, rising.

    Raises:
        RunError: It doesn't hold them.
    """
    quantiles = Reference.read(run.folder.reference).train_losses
    if quantiles is None:
        raise RunError(
            f"{run.folder.reference}: holds no losses of training images, as newer runs do: train again"
        )
    if quantiles.ndim != 1 or len(quantiles) < 2 or not (np.diff(quantiles) >= 0).all():
        raise RunError(f"{run.folder.reference}: damaged: train_losses don't rise")
    return quantiles


def percentiles(losses: Floats, quantiles: Floats) -> NDArray[np.float64]:
    """The percentage of training images whose loss is lower, 0 to 100, for each loss."""
    return np.interp(losses, quantiles, np.linspace(0, 100, len(quantiles)))


@dataclass
class Oddest:
    """The inputs of the highest loss so far.

    Attributes:
        count: How many to keep.
        names: What each is called.
        items: (count, *image_shape); padding of sequences is NaN.
        outputs: What became of them, likewise.
        losses: Their losses, the highest first.
    """

    count: int
    names: list[Any] = field(default_factory=list)
    items: Floats | None = None
    outputs: Floats | None = None
    losses: Floats = field(default_factory=lambda: np.empty(0, np.float32))

    def add(
        self, names: NDArray[Any], items: Floats, outputs: Floats, weights: Floats | None, losses: Floats
    ) -> None:
        """Looks at some more inputs."""
        if not self.count:
            return
        few = np.argsort(-losses, kind="stable")[: self.count]
        items, outputs = items[few], outputs[few]
        if weights is not None:
            padding = weights[few] == 0
            items[padding] = outputs[padding] = np.nan
        if self.items is not None and self.outputs is not None:
            items, outputs = np.concatenate([self.items, items]), np.concatenate([self.outputs, outputs])
        found, losses = [*self.names, *names[few]], np.concatenate([self.losses, losses[few]])
        kept = np.argsort(-losses, kind="stable")[: self.count]
        self.names, self.losses = [found[row] for row in kept], losses[kept]
        self.items, self.outputs = items[kept], outputs[kept]


def _write(path: Path, names: Column, losses: Floats, quantiles: Floats) -> None:
    ranks = np.empty(len(losses), np.int64)
    ranks[np.argsort(losses, kind="stable")] = np.arange(1, len(losses) + 1)
    first = 0
    with csv_file(path) as write_rows:
        write_rows([HEADINGS])
        for block in names.blocks():
            rows = slice(first, first := first + len(block))
            shares = percentiles(losses[rows], quantiles)
            written = (losses[rows].astype(str), np.round(shares, 2), ranks[rows])
            write_rows(zip(block.tolist(), *(part.tolist() for part in written), strict=True))


def _draw(run: TrainedRun, odd: Oddest, quantiles: Floats, path: Path) -> None:
    assert odd.items is not None
    assert odd.outputs is not None
    look = look_of(run.kind, run.scaling.bounds, np.concatenate([odd.items, odd.outputs]))
    below = [
        (str(name), f"{value:.3g} ({share:.1f} %)")
        for name, value, share in zip(odd.names, odd.losses, percentiles(odd.losses, quantiles), strict=True)
    ]
    title = (
        f"The oddest inputs by {run.record.id}\nbelow: reconstruction loss ({run.record.unit}), percentile"
    )
    figure = oddest(title, odd.items, odd.outputs, below, look)
    with plain_failures(path), atomic_write(path) as file:
        figure.savefig(file, format="png")
