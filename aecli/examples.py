"""Images → examples: what goes into a network, and what should come out of it."""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from aecli.config import Config
from aecli.data.corruption import Corruption
from aecli.data.splits import Split
from aecli.data.streamed import Streamed
from aecli.seeds import Role, number
from aecli.training.rows import Examples
from aecli.training.trainer import Corrupt


def training_examples(config: Config, split: Split) -> Examples:
    """What is trained on: corrupted once and for all only where noise isn't drawn anew in each step."""
    if config.corruption is None or config.corruption.resample:
        return Examples(split.images, split.images, split.weights)
    return _corrupted(config, split, Role.TRAINING_CORRUPTION)


def training_corruption(config: Config) -> Corrupt | None:
    """What corrupts the inputs of each training step; None where they come corrupted, or stay clean."""
    return config.corruption.apply if config.corruption and config.corruption.resample else None


def evaluation_examples(config: Config, split: Split) -> Examples:
    """What is evaluated on: its noise is fixed, the same in each epoch, in the evaluation and in figures."""
    if config.corruption is None:
        return Examples(split.images, split.images, split.weights)
    return _corrupted(config, split, Role.EVALUATION_CORRUPTION)


def _corrupted(config: Config, split: Split, role: Role) -> Examples:
    assert config.corruption is not None
    seed = [number(config.seed, role), 0]
    if isinstance(split.images, Streamed):
        noisy_images = cast("NDArray[np.float32]", CorruptedImages(split.images, config.corruption, seed))
        return Examples(noisy_images, split.images, split.weights)
    noisy = config.corruption.apply(split.images, seed)
    return Examples(np.asarray(noisy), split.images, split.weights)


@dataclass(frozen=True)
class CorruptedImages:
    """Streamed images, corrupted as they are asked for: each has the noise that it would have in memory.

    Attributes:
        images: The clean images.
        corruption: The noise.
        seed: Of the noise of all of them.
    """

    images: Streamed
    corruption: Corruption
    seed: list[int]

    def __len__(self) -> int:
        """The number of images."""
        return len(self.images)

    @property
    def shape(self) -> tuple[int, ...]:
        """(images, *image_shape)."""
        return self.images.shape

    def __getitem__(self, rows: Any) -> NDArray[np.float32]:
        """Some images, by a slice or their numbers."""
        numbers = np.arange(len(self))[rows]
        runs = np.split(numbers, np.flatnonzero(np.diff(numbers) != 1) + 1)
        return np.concatenate([self._run(int(run[0]), len(run)) for run in runs])

    def _run(self, first: int, count: int) -> NDArray[np.float32]:
        """Images that stand in a row."""
        clean = self.images[first : first + count]
        return np.asarray(self.corruption.apply(clean, self.seed, (first, len(self))))
