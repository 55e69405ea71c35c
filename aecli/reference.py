"""`reference.npz`: what later commands need of a run's data, so that they work without it."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.data.arrays import Labels, read_npz
from aecli.data.splits import Split
from aecli.errors import DataError, RunError
from aecli.files import atomic_write
from aecli.seeds import Role, generator

SAMPLES = 100
WORST = 10
CODES = 5000

QUANTILES = 1001

OPTIONAL = ("sample_labels", "worst_labels", "test_labels", "sample_weights", "worst_weights", "train_losses")
"""Arrays that not every data set has, or not every version of this program wrote."""


@dataclass(frozen=True)
class Reference:
    """Arrays of the test split that outlive the data.

    Attributes:
        sample_images: Clean images for figures, (up to 100, *image_shape); one of each label first.
        sample_inputs: The same, as they go in: corrupted where the run has a corruption.
        sample_labels: Their labels; None where there are none.
        worst_images: Those with the highest reconstruction loss, the worst first, (up to 10, *image_shape).
        worst_inputs: The same, as they go in.
        worst_labels: Their labels; None where there are none.
        test_losses: The reconstruction loss of every test image, in the data's order.
        test_codes: Mean codes of a seeded sample of test images, (up to 5,000, numbers of a code).
        test_labels: Their labels; None where there are none.
        code_mean: Mean of each number of the code over the test images.
        code_std: Standard deviation of each.
        sample_weights: Of padded sequences, which steps of the samples are real, (count, steps); else None.
        worst_weights: The same of the worst.
        train_losses: Quantiles of the reconstruction losses of training images that are fed in clean, from
            the lowest to the highest, (1,001,).
    """

    sample_images: NDArray[np.float32]
    sample_inputs: NDArray[np.float32]
    sample_labels: Labels | None
    worst_images: NDArray[np.float32]
    worst_inputs: NDArray[np.float32]
    worst_labels: Labels | None
    test_losses: NDArray[np.float32]
    test_codes: NDArray[np.float32]
    test_labels: Labels | None
    code_mean: NDArray[np.float32]
    code_std: NDArray[np.float32]
    sample_weights: NDArray[np.float32] | None = None
    worst_weights: NDArray[np.float32] | None = None
    train_losses: NDArray[np.float32] | None = None

    @classmethod
    def of(
        cls,
        test: Split,
        inputs: NDArray[np.float32],
        losses: NDArray[np.float32],
        codes: NDArray[np.float32],
        train_losses: NDArray[np.float32],
        seed: int,
    ) -> "Reference":
        """Picks what is kept.

        Args:
            test: The clean test images.
            inputs: The same, as they go in, (count, *image_shape).
            losses: Their reconstruction losses, (count,).
            codes: Their mean codes, (count, *code_shape).
            train_losses: The reconstruction losses of training images that are fed in clean, (images,).
            seed: The config's seed.
        """
        flat = codes.reshape(len(codes), -1)
        order = sample_order(test.labels, len(test))
        samples = order[:SAMPLES]
        worst = np.argsort(-losses, kind="stable")[:WORST]
        chosen = np.sort(generator(seed, Role.TEST_SAMPLE).permutation(len(test))[:CODES])
        shown, bad = test.take(samples), test.take(worst)
        return cls(
            shown.images,
            inputs[samples],
            shown.labels,
            bad.images,
            inputs[worst],
            bad.labels,
            losses,
            flat[chosen],
            None if test.labels is None else test.labels[chosen],
            flat.mean(axis=0),
            flat.std(axis=0),
            shown.weights,
            bad.weights,
            np.quantile(train_losses, np.linspace(0, 1, QUANTILES)).astype(np.float32),
        )

    def write(self, path: Path) -> None:
        """Writes the arrays atomically."""
        arrays = {field.name: getattr(self, field.name) for field in fields(self)}
        there = {name: array for name, array in arrays.items() if array is not None}
        with atomic_write(path) as file:
            np.savez_compressed(file, allow_pickle=False, **there)

    @classmethod
    def read(cls, path: Path) -> "Reference":
        """Reads what `write` wrote.

        Raises:
            RunError: There is no such file, or it is damaged.
        """
        try:
            required = [field.name for field in fields(cls) if field.name not in OPTIONAL]
            arrays: dict[str, Any] = dict.fromkeys(OPTIONAL) | read_npz(path, required, OPTIONAL)
            return cls(**arrays)
        except DataError as error:
            raise RunError(
                f"{error}. Only a run that was trained to its end has one that is whole."
            ) from error


def sample_order(labels: Labels | None, count: int) -> NDArray[np.integer]:
    """An order of `count` images: the first one of each label, by label, then the others as they stand."""
    if labels is None:
        return np.arange(count)
    _, first = np.unique(labels, return_index=True)
    return np.concatenate([first, np.setdiff1d(np.arange(len(labels)), first)])
