"""What a network made of a few samples after some of its epochs, kept in the run's folder."""

import io
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from aecli.core.files import atomic_write, read_whole

Floats = NDArray[np.float32]

MOST_BYTES = 2**28
"""Of a file that is read."""


def is_milestone(epoch: int) -> bool:
    """Whether an epoch, from 1, is one of 1, 2, 5, 10, 20, 50 and so on."""
    return str(epoch).rstrip("0") in ("1", "2", "5")


@dataclass(frozen=True)
class Evolution:
    """The same samples, after some epochs.

    Attributes:
        originals: The clean samples, (count, *sample_shape); padding of sequences is NaN, here and below.
        reconstructions: By epoch, in order, what became of them, of the same shape.
    """

    originals: Floats
    reconstructions: dict[int, Floats]

    def until(self, epoch: int) -> "Evolution":
        """What a training keeps that goes on after an epoch: milestones alone, as if it had never stopped."""
        kept = {
            done: made for done, made in self.reconstructions.items() if done <= epoch and is_milestone(done)
        }
        return Evolution(self.originals, kept)

    def write(self, path: Path) -> None:
        """Writes it atomically."""
        epochs = np.array(list(self.reconstructions), np.int64)
        made = np.stack(list(self.reconstructions.values()))
        with atomic_write(path, durable=False) as file:
            np.savez(file, allow_pickle=False, originals=self.originals, epochs=epochs, reconstructions=made)

    @classmethod
    def read(cls, path: Path) -> "Evolution | None":
        """Reads what `write` wrote; None where that isn't there, or isn't whole: a figure less, no more."""
        try:
            with np.load(io.BytesIO(read_whole(path, MOST_BYTES)), allow_pickle=False) as file:
                originals, made = (
                    np.asarray(file[name], np.float32) for name in ("originals", "reconstructions")
                )
                epochs = [int(epoch) for epoch in file["epochs"]]
        except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile):
            return None
        if len(epochs) != len(made) or made.shape[1:] != originals.shape:
            return None
        return cls(originals, dict(zip(epochs, made, strict=True)))
