"""`reference.npz`: what later commands need of a run's data, so that they work without it."""

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aecli.data.arrays import read_npz
from aecli.errors import DataError, RunError
from aecli.files import atomic_write
from aecli.seeds import Role, generator

SAMPLES = 100
WORST = 10
CODES = 5000


@dataclass(frozen=True)
class Reference:
    """Arrays of the test split that outlive the data.

    Attributes:
        sample_images: Clean images for figures, (up to 100, *image_shape); one of each label first.
        sample_inputs: The same, as they go in: corrupted where the run has a corruption.
        sample_labels: Their labels.
        worst_images: Those with the highest reconstruction loss, the worst first, (up to 10, *image_shape).
        worst_inputs: The same, as they go in.
        worst_labels: Their labels.
        test_losses: The reconstruction loss of every test image, in the data's order.
        test_codes: Mean codes of a seeded sample of test images, (up to 5,000, numbers of a code).
        test_labels: Their labels.
        code_mean: Mean of each number of the code over the test images.
        code_std: Standard deviation of each.
    """

    sample_images: NDArray[np.float32]
    sample_inputs: NDArray[np.float32]
    sample_labels: NDArray[np.integer]
    worst_images: NDArray[np.float32]
    worst_inputs: NDArray[np.float32]
    worst_labels: NDArray[np.integer]
    test_losses: NDArray[np.float32]
    test_codes: NDArray[np.float32]
    test_labels: NDArray[np.integer]
    code_mean: NDArray[np.float32]
    code_std: NDArray[np.float32]

    @classmethod
    def of(
        cls,
        images: NDArray[np.float32],
        inputs: NDArray[np.float32],
        labels: NDArray[np.integer],
        losses: NDArray[np.float32],
        codes: NDArray[np.float32],
        seed: int,
    ) -> "Reference":
        """Picks what is kept of a test split.

        Args:
            images: The clean test images, (count, *image_shape).
            inputs: The same, as they go in.
            labels: Their labels, (count,).
            losses: Their reconstruction losses, (count,).
            codes: Their mean codes, (count, *code_shape).
            seed: The config's seed.
        """
        flat = codes.reshape(len(codes), -1)
        samples = sample_order(labels)[:SAMPLES]
        worst = np.argsort(-losses, kind="stable")[:WORST]
        chosen = np.sort(generator(seed, Role.TEST_SAMPLE).permutation(len(images))[:CODES])
        return cls(
            images[samples],
            inputs[samples],
            labels[samples],
            images[worst],
            inputs[worst],
            labels[worst],
            losses,
            flat[chosen],
            labels[chosen],
            flat.mean(axis=0),
            flat.std(axis=0),
        )

    def write(self, path: Path) -> None:
        """Writes the arrays atomically."""
        with atomic_write(path) as file:
            np.savez_compressed(
                file, allow_pickle=False, **{f.name: getattr(self, f.name) for f in fields(self)}
            )

    @classmethod
    def read(cls, path: Path) -> "Reference":
        """Reads what `write` wrote.

        Raises:
            RunError: There is no such file, or it is damaged.
        """
        try:
            return cls(**read_npz(path, [field.name for field in fields(cls)]))  # type: ignore[arg-type]
        except DataError as error:
            raise RunError(
                f"{error}. Only a run that was trained to its end has one that is whole."
            ) from error


def sample_order(labels: NDArray[np.integer]) -> NDArray[np.integer]:
    """An order of images: the first one of each label, by label, then the others as they stand."""
    _, first = np.unique(labels, return_index=True)
    return np.concatenate([first, np.setdiff1d(np.arange(len(labels)), first)])
