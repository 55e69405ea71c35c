"""Stored samples → the samples a run trains on, is monitored on and is tested on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from aecli.core.errors import DataError
from aecli.core.memory import check_fits
from aecli.core.seeds import Role, number
from aecli.data.binarize import drawn_once, redraw
from aecli.data.classes import classes_of
from aecli.data.facts import Facts, fingerprints
from aecli.data.fingerprint import fingerprint, sample_hashes
from aecli.data.partition import for_validation, without_labels
from aecli.data.scaled import Scaled, stays_stored
from aecli.data.scaling import Scaling
from aecli.data.sources.source import GreyImages, Kind, RawData
from aecli.data.stored import Labels, OnDisk, Stored, taken
from aecli.data.streamed import Streamed
from aecli.data.windows import Windows


@dataclass(frozen=True)
class Split:
    """Some samples with their labels.

    Attributes:
        samples: float32, (samples, *sample_shape), scaled: in [0, 1] where the data's scaling has bounds; what
            stands in for an array where they are scaled, or read from disk, as they are asked for.
        labels: Integers or texts, (samples,); None where there are none.
        weights: Of padded sequences, 1.0 for each real step and 0.0 for padding, (samples, steps); else None.
    """

    samples: NDArray[np.float32]
    labels: Labels | None
    weights: NDArray[np.float32] | None = None

    @classmethod
    def of(cls, stored: Stored, scaling: Scaling) -> Split:
        """Scales stored samples."""
        # What is scaled later is no array, but it does all that the samples of a split are asked for.
        if isinstance(stored.samples, OnDisk):
            return cls(cast("NDArray[np.float32]", Streamed(stored.samples, scaling)), stored.labels)
        if isinstance(stored.samples, Windows):
            scaled = stored.samples.with_steps(scaling.apply(stored.samples.steps))
            return cls(cast("NDArray[np.float32]", scaled), stored.labels)
        if stored.lengths is None and stays_stored(stored.samples, scaling):
            return cls(cast("NDArray[np.float32]", Scaled(stored.samples, scaling)), stored.labels)
        samples, weights = scaling.apply(stored.samples), None
        if stored.lengths is not None:
            weights = stored.mask.astype(np.float32)
            samples = np.where(weights[..., np.newaxis] > 0.0, samples, np.float32(0.0))
        return cls(samples, stored.labels, weights)

    def __len__(self) -> int:
        """The number of samples."""
        return len(self.samples)

    def take(self, rows: NDArray[np.integer]) -> Split:
        """Some of the samples, by their numbers, in memory."""
        return Split(self.samples[rows], taken(self.labels, rows), taken(self.weights, rows))


@dataclass(frozen=True)
class DataSet:
    """The data of a run.

    Attributes:
        train: What the weights are fitted to.
        validation: Held-out training samples, or None where the test set is monitored.
        test: What results are reported on; nothing is ever chosen by it.
        kind: What one sample is: an image, a sequence or a row of numbers.
        scaling: How the stored numbers became those of the samples.
        record: What `run.json` says of the data: its name, origin, counts and fingerprints.
        train_hashes: A hash of each training sample as stored, rising, (samples,).
        test_hashes: A hash of each test sample as stored, in their order, (samples,).
        redraw: (training samples of a step, seed of two whole numbers) → binary ones, a float32 tensor of the same
            shape; None where the samples go in as they are.
        drawing: Where the chance of samples comes from that are drawn once.
    """

    train: Split
    validation: Split | None
    test: Split
    kind: Kind
    scaling: Scaling
    record: Facts
    train_hashes: NDArray[np.uint64]
    test_hashes: NDArray[np.uint64]
    redraw: Callable[[Any, Any], Any] | None = None
    drawing: int = 0

    @cached_property
    def train_once(self) -> Split:
        """The training samples as they are shown: of those that are drawn anew in each step, one draw."""
        if self.redraw is None:
            return self.train
        return replace(self.train, samples=drawn_once(self.train.samples, [self.drawing, 2]))

    @property
    def monitored(self) -> Split:
        """What is evaluated after each epoch: the validation samples, or, as in the post, the test set."""
        return self.test if self.validation is None else self.validation

    @property
    def monitors(self) -> Literal["test", "validation"]:
        """Which samples those are."""
        return "test" if self.validation is None else "validation"

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """The shape of one sample, such as (28, 28)."""
        return self.train.samples.shape[1:]

    def check_same_as(self, recorded: Facts, run: str) -> None:
        """Checks that a run was trained on these very data.

        Args:
            recorded: What the run's `run.json` says of its data.
            run: The run's id, for the message.

        Raises:
            DataError: It was trained on others.
        """
        pairs = zip(("train", "test"), fingerprints(recorded), fingerprints(self.record), strict=True)
        for what, then, now in pairs:
            if then != now:
                raise DataError(
                    f"{run} was trained on other data: the {what} samples of {recorded['name']} "
                    f"({recorded['origin']}) had the fingerprint {then}, and those of "
                    f"{self.record['name']} ({self.record['origin']}) have {now}"
                )


def prepare(raw: RawData, seed: int, scaling: Scaling | None = None) -> DataSet:
    """Cuts stored samples to the config's limit, holds validation samples out, and scales the numbers.

    Args:
        raw: The samples and the options (`limit`, `validation_split`) that came with them.
        seed: The config's seed; it decides which samples are held out, and what is drawn of greys.
        scaling: That of a run that the data is to be shown to; by default the data's own.

    Returns:
        The data of a run.

    Raises:
        DataError: There is only one training sample, and some are to be held out; or the numbers can't be
            scaled.
    """
    source = raw.source
    train, test = raw.train.take(slice(source.limit)), raw.test.take(slice(source.limit))
    given = None if raw.validation is None else raw.validation.take(slice(source.limit))
    _check_alike(train, [("test", test), ("validation", given)], raw.origin)
    if source.train_without:
        train = without_labels(train, test, source.train_without, raw.origin)
    fitted, held_out = train, given
    if source.validation_split:
        if given is not None:
            raise DataError(
                f"data.validation_split: {raw.origin} says itself what is held out for validation; leave it at 0"
            )
        kept, out = for_validation(train, source.validation_split, seed)
        fitted, held_out = train.take(kept), train.take(out)
    if scaling is None:
        scaling = source.scaling_of(fitted.real, f"{raw.origin}: training data", raw.kind)
    for part, name in ((train, "training"), (test, "test"), (given, "validation")):
        if part is not None:
            scaling.check(part.real, f"{raw.origin}: {name} data")
    _check_room([part for part in (train, test, given) if part is not None], scaling, raw.origin)
    binarized = source.binarize if isinstance(source, GreyImages) else None
    train_hashes, test_hashes = np.sort(sample_hashes(fitted)), sample_hashes(test)
    record: Facts = {
        "name": source.model_dump()["name"],
        "origin": raw.origin,
        "kind": raw.kind,
        "train_samples": len(fitted),
        "validation_samples": 0 if held_out is None else len(held_out),
        "test_samples": len(test),
        "sample_shape": list(train.samples.shape[1:]),
        "scaling": scaling.to_json(),
        "binarized": binarized,
        "classes": classes_of(train.labels),
        "framing": None if raw.framing is None else raw.framing.to_json(),
        "columns": None if raw.columns is None else list(raw.columns),
        "skipped": len(raw.skipped),
        "repeated": int((train_hashes[1:] == train_hashes[:-1]).sum()),
        "test_in_training": int(np.isin(test_hashes, train_hashes).sum()),
        "train_fingerprint": fingerprint(train),
        "test_fingerprint": fingerprint(test),
    }
    shown = Split.of(fitted, scaling)
    validation, tested = None if held_out is None else Split.of(held_out, scaling), Split.of(test, scaling)
    fixed = number(seed, Role.FIXED_BINARIZATION)
    if binarized:
        tested = replace(tested, samples=drawn_once(tested.samples, [fixed, 0]))
        if validation is not None:
            validation = replace(validation, samples=drawn_once(validation.samples, [fixed, 1]))
        if binarized == "static":
            shown = replace(shown, samples=drawn_once(shown.samples, [fixed, 2]))
    return DataSet(
        train=shown,
        validation=validation,
        test=tested,
        kind=raw.kind,
        scaling=scaling,
        record=record,
        train_hashes=train_hashes,
        test_hashes=test_hashes,
        redraw=redraw if binarized == "dynamic" else None,
        drawing=fixed,
    )


def _check_room(parts: Sequence[Stored], scaling: Scaling, origin: str) -> None:
    """Checks that there is memory for what a training holds of samples, beside what is stored.

    Raises:
        DataError: There isn't.
    """
    read = [part.samples for part in parts if not isinstance(part.samples, OnDisk)]
    held = [samples.steps if isinstance(samples, Windows) else samples for samples in read]
    numbers = sum(samples.size for samples in held)
    needed = sum(samples.nbytes if stays_stored(samples, scaling) else 4 * samples.size for samples in held)
    check_fits(needed, f"{origin}: {numbers:,} numbers", "Take fewer samples: --limit")


def _check_alike(train: Stored, others: Sequence[tuple[str, Stored | None]], origin: str) -> None:
    """Checks that all parts hold the same sort of samples.

    Raises:
        DataError: One doesn't.
    """
    for name, part in others:
        if part is None:
            continue
        shapes = train.samples.shape[1:], part.samples.shape[1:]
        dtypes = train.samples.dtype.name, part.samples.dtype.name
        if shapes[0] != shapes[1] or dtypes[0] != dtypes[1]:
            raise DataError(
                f"{origin}: training and {name} data differ: {dtypes[0]} of shape {shapes[0]}, "
                f"{dtypes[1]} of shape {shapes[1]}"
            )
        labels = [each.labels.dtype for each in (train, part) if each.labels is not None]
        if len({dtype.kind == "U" for dtype in labels}) > 1:
            raise DataError(
                f"{origin}: the labels of training and {name} data differ: some are numbers, some texts; store both "
                "alike: y.astype(str)"
            )
