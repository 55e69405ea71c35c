"""Keeps what the network makes of a few samples while it is trained."""

import logging
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from aecli.experiment.epoch_image import EpochImage
from aecli.runs.evolution import Evolution, is_milestone
from aecli.training.background import Background

log = logging.getLogger(__name__)

MOST_NUMBERS = 2**19
"""Numbers of an epoch, at most, that are kept: fewer samples of large ones, but one at least."""


class KeepEvolution(keras.callbacks.Callback):
    """Keeps reconstructions after epochs 1, 2, 5, 10, 20, 50 …, and after the last.

    A failure to write is a warning.

    Args:
        path: The file.
        image: Makes them.
        epochs_done: Of a resumed run; what was kept of later ones is made anew.
        background: Does the writing.
    """

    def __init__(self, path: Path, image: EpochImage, epochs_done: int, background: Background) -> None:
        super().__init__()
        self.path = path
        self.image = image
        self.epoch = epochs_done
        self.background = background
        targets = image.few.targets
        self.count = max(1, MOST_NUMBERS // targets[0].size)
        kept = Evolution.read(path) if epochs_done else None
        fits = kept is not None and kept.originals.shape == self._padded(targets).shape
        self.evolution = kept.until(epochs_done) if kept and fits else Evolution(self._padded(targets), {})

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Keeps what a milestone makes of the samples."""
        self.epoch = epoch + 1
        if is_milestone(self.epoch):
            self._keep()

    def on_train_end(self, logs: Any = None) -> None:
        """Keeps what the last epoch makes of them."""
        if self.epoch not in self.evolution.reconstructions:
            self._keep()

    def _keep(self) -> None:
        made = self._padded(self.image.reconstruct())
        evolution = Evolution(self.evolution.originals, {**self.evolution.reconstructions, self.epoch: made})
        self.evolution = evolution
        self.background.submit(lambda: self._write(evolution))

    def _write(self, evolution: Evolution) -> None:
        try:
            evolution.write(self.path)
        except OSError as error:
            log.warning(f"the figure 'evolution' lacks an epoch: {error.strerror or error}")

    def _padded(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """The first of them, NaN where a sequence has ended."""
        weights, few = self.image.few.weights, samples[: self.count]
        if weights is None:
            return few
        real = weights[: self.count].reshape(len(few), -1, *(1 for _ in few.shape[2:])) > 0
        return np.where(real, few, np.float32(np.nan))
