"""Inputs → how far each is from what the network was trained on."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.core.progress import Bar
from aecli.core.text import number
from aecli.figures.cells import look_of
from aecli.figures.oddest import oddest
from aecli.figures.style import save_figure
from aecli.inference.functions import reconstructor
from aecli.inference.inputs.batch import Inputs, Skipped
from aecli.inference.outcome import Outcome, require_some
from aecli.inference.outputs.columns import GrowingArray
from aecli.inference.outputs.csv_file import csv_file
from aecli.inference.outputs.place import plain_failures, refuse_among
from aecli.runs.opened import OpenedRun

Floats = NDArray[np.float32]
TOLERANCE = 1e-5
"""Losses that differ by less, beside their size, are equal: so much is rounding."""

HEADINGS = ("name", "loss", "percentile", "rank")


def score(run: OpenedRun, inputs: Inputs, path: Path, top: int) -> Outcome:
    """Writes the reconstruction loss of each input, beside those of the training samples.

    Args:
        run: What reconstructs.
        inputs: What is scored.
        path: A `.csv` file: name, loss, the percentage of training samples whose loss is lower, and the rank
            among the inputs, of which 1 has the lowest loss.
        top: How many of the oddest to draw, beside the table; 0 draws none.

    Raises:
        RunError: The run keeps no losses of its training samples.
        DataError: Nothing can be read; the file is as it was.
    """
    refuse_among(path, inputs)
    quantiles = run.reference.train_losses
    function, skipped, odd = reconstructor(run), Skipped(), Oddest(top)
    losses: list[Floats] = []
    with plain_failures(path):
        names = GrowingArray(path.absolute().parent)
    try:
        with Bar("Scoring", inputs.count) as bar:
            for batch in inputs.batches(run.network.batch_size, skipped):
                samples = batch.samples
                outputs = function(samples, batch.told)
                losses.append(np.asarray(run.distortion.losses(samples, outputs, batch.weights)))
                names.append(batch.named.names)
                odd.add(batch.named.names, samples, outputs, batch.weights, losses[-1])
                bar.advance(len(batch))
            require_some(bar.done, skipped, inputs.origin)
        _write(path, names, every := np.concatenate(losses), quantiles)
    finally:
        names.close()
    paths = [path]
    if top:
        paths.append(path.with_suffix(".png"))
        _draw(run, odd, every, quantiles, paths[-1])
    return Outcome(paths, bar.done, skipped.count, bar.seconds)


def percentiles(losses: Floats, quantiles: Floats) -> NDArray[np.float64]:
    """The percentage of training samples whose loss is lower, 0 to 100, for each loss; equal ones count half.

    Args:
        losses: (samples,).
        quantiles: Evenly spaced quantiles of the losses of training samples, rising.
    """
    shares = np.linspace(0, 100, len(quantiles))
    noise = TOLERANCE * np.maximum(np.abs(losses), np.abs(quantiles).max())
    first = np.searchsorted(quantiles, losses - noise, "left")
    last = np.searchsorted(quantiles, losses + noise, "right") - 1
    equal = last > first
    ties = (shares[first.clip(max=len(shares) - 1)] + shares[last.clip(min=0)]) / 2
    return np.where(equal, ties, np.interp(losses, quantiles, shares))


@dataclass
class Oddest:
    """The inputs of the highest loss so far.

    Attributes:
        count: How many to keep.
        names: What each is called.
        samples: (count, *sample_shape); padding of sequences is NaN.
        outputs: What became of them, likewise.
        losses: Their losses, the highest first.
    """

    count: int
    names: list[Any] = field(default_factory=list)
    samples: Floats | None = None
    outputs: Floats | None = None
    losses: Floats = field(default_factory=lambda: np.empty(0, np.float32))

    def add(
        self, names: NDArray[Any], samples: Floats, outputs: Floats, weights: Floats | None, losses: Floats
    ) -> None:
        """Looks at some more inputs."""
        if not self.count:
            return
        few = np.argsort(-losses, kind="stable")[: self.count]
        samples, outputs = samples[few], outputs[few]
        if weights is not None:
            padding = weights[few] == 0
            samples[padding] = outputs[padding] = np.nan
        if self.samples is not None and self.outputs is not None:
            samples, outputs = (
                np.concatenate([self.samples, samples]),
                np.concatenate([self.outputs, outputs]),
            )
        found, losses = [*self.names, *names[few]], np.concatenate([self.losses, losses[few]])
        kept = np.argsort(-losses, kind="stable")[: self.count]
        self.names, self.losses = [found[row] for row in kept], losses[kept]
        self.samples, self.outputs = samples[kept], outputs[kept]


def _write(path: Path, names: GrowingArray, losses: Floats, quantiles: Floats) -> None:
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


def _draw(run: OpenedRun, odd: Oddest, losses: Floats, quantiles: Floats, path: Path) -> None:
    assert odd.samples is not None
    assert odd.outputs is not None
    look = look_of(run.kind, run.scaling.bounds, np.concatenate([odd.samples, odd.outputs]))
    below = [
        (str(name), f"{number(float(f'{value:.3g}'))} ({share:.3g} %)")
        for name, value, share in zip(odd.names, odd.losses, percentiles(odd.losses, quantiles), strict=True)
    ]
    title = (
        f"The oddest inputs by {run.record.id}\nbelow: reconstruction loss ({run.record.unit}), percentile"
    )
    figure = oddest(title, odd.samples, odd.outputs, below, look, losses, quantiles, run.record.unit)
    with plain_failures(path):
        save_figure(figure, path)
