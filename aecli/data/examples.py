"""Samples → examples: what goes into a network, and what should come out of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from aecli.core.errors import DataError
from aecli.core.seeds import Role, number
from aecli.data.classes import one_hot
from aecli.data.corruption import Corruption, Place
from aecli.data.splits import Split
from aecli.data.streamed import Streamed


@dataclass(frozen=True)
class Examples:
    """What a network is shown.

    Attributes:
        inputs: What goes in, float32, (samples, *sample_shape): an array, or what stands in for one.
        targets: What should come out, of the same shape; the same array where nothing is corrupted.
        weights: Of padded sequences, 1 for each real step and 0 for padding, (samples, steps); else None.
        hidden: Where the inputs were corrupted once and for all by what hides numbers, 1 where one is hidden and 0
            elsewhere, of the same shape; else None.
        labels: Where the network has a condition, one-hot, (samples, classes); else None.
    """

    inputs: NDArray[np.float32]
    targets: NDArray[np.float32]
    weights: NDArray[np.float32] | None = None
    hidden: NDArray[np.float32] | None = None
    labels: NDArray[np.float32] | None = None

    @classmethod
    def clean(cls, split: Split, classes: Sequence[str] | None = None) -> "Examples":
        """Samples that go in as they should come out.

        Args:
            split: The samples.
            classes: The labels that the network tells apart; None where it has no condition.

        Raises:
            DataError: There are no labels, or others.
        """
        if classes is None:
            return cls(split.samples, split.samples, split.weights)
        if split.labels is None:
            raise DataError("model.condition: label: the samples have no labels")
        labels = one_hot(split.labels, classes, "model.condition: label")
        return cls(split.samples, split.samples, split.weights, labels=labels)

    def __len__(self) -> int:
        """The number of samples."""
        return len(self.inputs)


def training_examples(
    corruption: Corruption | None, seed: int, split: Split, classes: Sequence[str] | None = None
) -> Examples:
    """What is trained on: corrupted once and for all only where noise isn't drawn anew in each step."""
    clean = Examples.clean(split, classes)
    if corruption is None or corruption.resample:
        return clean
    return _corrupted(corruption, seed, clean, Role.TRAINING_CORRUPTION)


def training_corruption(corruption: Corruption | None) -> Corruption | None:
    """What corrupts the inputs of each training step; None where they come corrupted, or stay clean."""
    return corruption if corruption and corruption.resample else None


def evaluation_examples(
    corruption: Corruption | None, seed: int, split: Split, classes: Sequence[str] | None = None
) -> Examples:
    """What is evaluated on: its noise is fixed, the same in each epoch, in the evaluation and in figures."""
    clean = Examples.clean(split, classes)
    return clean if corruption is None else _corrupted(corruption, seed, clean, Role.EVALUATION_CORRUPTION)


def _corrupted(corruption: Corruption, seed: int, clean: Examples, role: Role) -> Examples:
    noise_seed, samples = [number(seed, role), 0], clean.targets

    def made(by: Callable[[Any, Any, Place | None], Any]) -> NDArray[np.float32]:
        if isinstance(samples, Streamed):
            return cast("NDArray[np.float32]", CorruptedSamples(samples, by, noise_seed))
        return np.asarray(by(samples[:], noise_seed, None))

    hidden = made(corruption.hidden) if corruption.hides else None
    return replace(clean, inputs=made(corruption.apply), hidden=hidden)


@dataclass(frozen=True)
class CorruptedSamples:
    """Streamed samples, corrupted as they are asked for, or what is hidden of them: each as it would be in memory.

    Attributes:
        samples: The clean samples.
        by: What is made of samples, by a seed and their place.
        seed: Of the noise of all of them.
    """

    samples: Streamed
    by: Callable[[Any, Any, Place | None], Any]
    seed: list[int]

    def __len__(self) -> int:
        """The number of samples."""
        return len(self.samples)

    @property
    def shape(self) -> tuple[int, ...]:
        """(samples, *sample_shape)."""
        return self.samples.shape

    def __getitem__(self, rows: Any) -> NDArray[np.float32]:
        """Some samples, by a slice or their numbers."""
        numbers = np.arange(len(self))[rows]
        if not len(numbers):
            return self.samples[numbers]
        runs = np.split(numbers, np.flatnonzero(np.diff(numbers) != 1) + 1)
        return np.concatenate([self._run(int(run[0]), len(run)) for run in runs])

    def _run(self, first: int, count: int) -> NDArray[np.float32]:
        """Images that stand in a row."""
        clean = self.samples[first : first + count]
        return np.asarray(self.by(clean, self.seed, (first, len(self))))
