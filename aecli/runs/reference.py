"""`reference.npz`: what later commands need of a run's data, so that they work without it."""

from dataclasses import MISSING, dataclass, fields
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.core.errors import DataError, RunError
from aecli.core.files import atomic_write
from aecli.core.seeds import Role, generator
from aecli.data.array_files import read_npz
from aecli.data.splits import DataSet
from aecli.data.stored import Labels, taken
from aecli.runs.record import Record

SAMPLES = 100
WORST = 10
CODES = 5000

QUANTILES = 1001

MAX_BYTES = 2**30
"""What the arrays may take, whatever a record says."""
LABELS_BYTES = 2**26
"""What their labels may take."""


@dataclass(frozen=True)
class Reference:
    """Arrays of a run's data that outlive it.

    Attributes:
        samples: Clean test samples for figures, (up to 100, *sample_shape); one of each label first.
        sample_inputs: The same, as they go in: corrupted where the run has a corruption.
        sample_labels: Their labels; None where there are none.
        worst: Those with the highest reconstruction loss, the worst first, (up to 10, *sample_shape).
        worst_inputs: The same, as they go in.
        worst_labels: Their labels; None where there are none.
        test_losses: The reconstruction loss of every test sample, in the data's order.
        test_codes: Mean codes of a seeded sample of the test set, (up to 5,000, latent dimensions).
        test_labels: Their labels; None where there are none.
        train_losses: Quantiles of the reconstruction losses of training samples that are fed in clean, from
            the lowest to the highest, (1,001,).
        train_hashes: A hash of each training sample as stored, rising, (samples,).
        weights: The hash of the network's weights, (1,).
        sample_weights: Of padded sequences, which steps of the samples are real, (count, steps); else None.
        worst_weights: The same of the worst.
    """

    samples: NDArray[np.float32]
    sample_inputs: NDArray[np.float32]
    worst: NDArray[np.float32]
    worst_inputs: NDArray[np.float32]
    test_losses: NDArray[np.float32]
    test_codes: NDArray[np.float32]
    train_losses: NDArray[np.float32]
    train_hashes: NDArray[np.uint64]
    weights: NDArray[np.str_]
    sample_labels: Labels | None = None
    worst_labels: Labels | None = None
    test_labels: Labels | None = None
    sample_weights: NDArray[np.float32] | None = None
    worst_weights: NDArray[np.float32] | None = None

    @classmethod
    def of(
        cls,
        data: DataSet,
        inputs: NDArray[np.float32],
        losses: NDArray[np.float32],
        codes: NDArray[np.float32],
        train_losses: NDArray[np.float32],
        weights: str,
        seed: int,
    ) -> "Reference":
        """Picks what is kept.

        Args:
            data: The run's data.
            inputs: The test samples as they go in, (count, *sample_shape).
            losses: Their reconstruction losses, (count,).
            codes: Their mean codes, (count, *latent_shape).
            train_losses: The reconstruction losses of training samples that are fed in clean, (samples,).
            weights: The hash of the network's weights.
            seed: The config's seed.
        """
        test = data.test
        first = sample_order(test.labels, len(test))[:SAMPLES]
        worst = np.argsort(-losses, kind="stable")[:WORST]
        chosen = np.sort(generator(seed, Role.TEST_SAMPLE).permutation(len(test))[:CODES])
        shown, bad = test.take(first), test.take(worst)
        return cls(
            samples=shown.samples,
            sample_inputs=inputs[first],
            sample_labels=shown.labels,
            sample_weights=shown.weights,
            worst=bad.samples,
            worst_inputs=inputs[worst],
            worst_labels=bad.labels,
            worst_weights=bad.weights,
            test_losses=losses,
            test_codes=codes.reshape(len(codes), -1)[chosen],
            test_labels=taken(test.labels, chosen),
            train_losses=np.quantile(train_losses, np.linspace(0, 1, QUANTILES)).astype(np.float32),
            train_hashes=data.train_hashes,
            weights=np.array([weights]),
        )

    def write(self, path: Path) -> None:
        """Writes the arrays atomically."""
        arrays = {field.name: getattr(self, field.name) for field in fields(self)}
        there = {name: array for name, array in arrays.items() if array is not None}
        with atomic_write(path) as file:
            np.savez_compressed(file, allow_pickle=False, **there)

    @classmethod
    def read(cls, path: Path, record: Record) -> "Reference":
        """Reads what `write` wrote.

        Args:
            path: The file.
            record: The record of its run; the file may take what samples of that shape and number do.

        Raises:
            RunError: There is no such file, it is damaged, or it belongs to another network.
        """
        facts = record.data
        shown = 4 * (SAMPLES + WORST) * prod(facts["sample_shape"]) + CODES * prod(record.latent_shape)
        most = LABELS_BYTES + 4 * (shown + facts["test_samples"]) + 8 * facts["train_samples"]
        try:
            required = [field.name for field in fields(cls) if field.default is MISSING]
            optional = [field.name for field in fields(cls) if field.default is not MISSING]
            arrays: dict[str, Any] = read_npz(path, required, optional, min(most, MAX_BYTES))
            found = cls(**arrays)
            found._check(tuple(facts["sample_shape"]))
        except DataError as error:
            raise RunError(f"{error}. Only a run that was trained to its end has a whole one") from error
        if found.weights.tolist() != [record.weights]:
            raise RunError(f"{path}: belongs to another network than run.json names; train or resume again")
        return found

    def _check(self, sample_shape: tuple[int, ...]) -> None:
        """Refuses arrays that no run on samples of that shape keeps.

        Raises:
            DataError: These are some.
        """
        kinds = {name: getattr(self, name).dtype.kind for name in ("samples", "worst", "test_codes")}
        alike = (
            self.samples.shape == self.sample_inputs.shape
            and self.worst.shape == self.worst_inputs.shape
            and self.samples.shape[1:] == self.worst.shape[1:] == sample_shape
            and len(self.samples) > 0
            and self.test_codes.ndim == 2
            and self.test_losses.ndim == self.train_losses.ndim == self.train_hashes.ndim == 1
            and len(self.train_losses) > 1
            and not (np.diff(self.train_losses) < 0).any()
        )
        pairs = (
            (self.sample_labels, self.samples),
            (self.worst_labels, self.worst),
            (self.test_labels, self.test_codes),
            (self.sample_weights, self.samples),
            (self.worst_weights, self.worst),
        )
        counted = all(labels is None or len(labels) == len(samples) for labels, samples in pairs)
        if not alike or not counted or set(kinds.values()) != {"f"}:
            raise DataError("reference.npz: damaged: its arrays don't belong together")


def sample_order(labels: Labels | None, count: int) -> NDArray[np.integer]:
    """An order of `count` samples: the first one of each label, by label, then the others as they stand."""
    if labels is None:
        return np.arange(count)
    _, first = np.unique(labels, return_index=True)
    return np.concatenate([first, np.setdiff1d(np.arange(len(labels)), first)])
