"""Stored arrays → the images a run trains on, is monitored on and is tested on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from aecli.data.arrays import Labels, Numbers, RawData, fingerprint
from aecli.data.scaling import Scaling
from aecli.data.sources.source import Kind
from aecli.data.streamed import OnDisk, Streamed
from aecli.errors import DataError
from aecli.seeds import Role, generator

KNOWN = 20
"""Labels, at most, that a message names."""


@dataclass(frozen=True)
class Split:
    """Some images with their labels.

    Attributes:
        images: float32, (images, *image_shape), scaled: in [0, 1] where the data's scaling has bounds; read
            from disk as they are asked for where memory can't hold them.
        labels: Integers or texts, (images,); None where there are none.
        weights: Of padded sequences, 1.0 for each real step and 0.0 for padding, (images, steps); else None.
    """

    images: NDArray[np.float32]
    labels: Labels | None
    weights: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        """The number of images."""
        return len(self.images)

    def take(self, rows: NDArray[np.integer]) -> Split:
        """Some of the images, by their numbers, in memory."""
        return Split(self.images[rows], _rows(self.labels, rows), _rows(self.weights, rows))


@dataclass(frozen=True)
class DataSet:
    """The data of a run.

    Attributes:
        train: What the weights are fitted to.
        validation: Held-out training images, or None where the test set is monitored.
        test: What results are reported on; nothing is ever chosen by it.
        kind: What one item is: a picture, a sequence or a row of numbers.
        scaling: How the stored numbers became those of the images.
        record: What `run.json` says of the data: its name, origin, counts and fingerprints.
    """

    train: Split
    validation: Split | None
    test: Split
    kind: Kind
    scaling: Scaling
    record: dict[str, Any]

    @property
    def monitored(self) -> Split:
        """What is evaluated after each epoch: the validation images, or, as in the post, the test set."""
        return self.test if self.validation is None else self.validation

    @property
    def image_shape(self) -> tuple[int, ...]:
        """The shape of one image, such as (28, 28)."""
        return self.train.images.shape[1:]

    def check_same_as(self, recorded: Mapping[str, Any], run: str) -> None:
        """Checks that a run was trained on these very data.

        Args:
            recorded: What the run's `run.json` says of its data.
            run: The run's id, for the message.

        Raises:
            DataError: It was trained on others.
        """
        for what in ("train", "test"):
            then, now = recorded.get(f"{what}_fingerprint"), self.record[f"{what}_fingerprint"]
            if then != now:
                raise DataError(
                    f"{run} was trained on other data: the {what} images of {recorded.get('name')} "
                    f"({recorded.get('origin')}) had the fingerprint {then}, and those of "
                    f"{self.record['name']} ({self.record['origin']}) have {now}"
                )


@dataclass(frozen=True)
class _Stored:
    """A part of a data set before it is scaled; see `RawData`."""

    images: Numbers | OnDisk
    labels: Labels | None
    lengths: NDArray[np.integer] | None

    def take(self, rows: Any) -> _Stored:
        images = self.images.take(rows) if isinstance(self.images, OnDisk) else self.images[rows]
        return _Stored(images, _rows(self.labels, rows), _rows(self.lengths, rows))

    def without(self, labels: Collection[int | str], origin: str) -> _Stored:
        """All but the images with some labels.

        Raises:
            DataError: There are no labels, none of some name, or no other ones.
        """
        if self.labels is None:
            raise DataError(f"data.train_without: the images of {origin} have no labels")
        known = [str(label) for label in np.unique(self.labels)]
        for label in labels:
            if str(label) not in known:
                there = ", ".join(known[:KNOWN]) + (", …" if len(known) > KNOWN else "")
                raise DataError(
                    f"data.train_without: no training image has the label '{label}'; there are {there}"
                )
        left_out = labelled(self.labels, labels)
        if left_out.all():
            raise DataError("data.train_without: without these labels there is no training image left")
        return self.take(np.flatnonzero(~left_out))

    @property
    def real(self) -> Any:
        """The numbers that aren't padding: all images, or (steps, features) of all sequences together."""
        return self.images if self.lengths is None else self.images[_mask(self.images, self.lengths)]

    def fingerprint(self) -> str:
        return fingerprint(*(part for part in (self.images, self.labels, self.lengths) if part is not None))

    def scaled(self, scaling: Scaling) -> Split:
        if isinstance(self.images, OnDisk):
            # Not an array, but it does all that the images of a split are asked for.
            return Split(cast("NDArray[np.float32]", Streamed(self.images, scaling)), self.labels)
        images, weights = scaling.apply(self.images), None
        if self.lengths is not None:
            real = _mask(self.images, self.lengths)
            images[~real] = 0.0
            weights = real.astype(np.float32)
        return Split(images, self.labels, weights)


def prepare(raw: RawData, seed: int, scaling: Scaling | None = None) -> DataSet:
    """Cuts stored arrays to the config's limit, holds validation images out, and scales the numbers.

    Args:
        raw: The arrays and the options (`limit`, `validation_split`) that came with them.
        seed: The config's seed; it decides which images are held out.
        scaling: That of a run that the data is to be shown to; by default the data's own.

    Returns:
        The data of a run.

    Raises:
        DataError: There is only one training image, and some are to be held out; or the numbers can't be
            scaled.
    """
    limit = raw.source.limit
    train = _Stored(raw.train_images, raw.train_labels, raw.train_lengths).take(slice(limit))
    test = _Stored(raw.test_images, raw.test_labels, raw.test_lengths).take(slice(limit))
    if raw.source.train_without:
        train = train.without(raw.source.train_without, raw.origin)
    count = len(train.images)
    if raw.source.validation_split and count < 2:
        raise DataError(f"data.validation_split: {count} training image can't be split")
    held_out = round(raw.source.validation_split * count)
    held_out = min(max(held_out, 1), count - 1) if raw.source.validation_split else 0
    order = generator(seed, Role.VALIDATION_SPLIT).permutation(count)
    kept, out = np.sort(order[held_out:]), np.sort(order[:held_out])
    fitted_on = train.take(kept) if held_out else train
    if scaling is None:
        scaling = raw.source.scaling_of(fitted_on.real, f"{raw.origin}: training data")
    for part, name in ((train, "training"), (test, "test")):
        scaling.check(part.real, f"{raw.origin}: {name} data")
    record: dict[str, Any] = {
        "name": raw.source.model_dump()["name"],
        "origin": raw.origin,
        "kind": raw.kind,
        "train_images": len(kept),
        "validation_images": len(out),
        "test_images": len(test.images),
        "image_shape": list(train.images.shape[1:]),
        "scaling": scaling.to_json(),
        "framing": None if raw.framing is None else raw.framing.to_json(),
        "skipped": len(raw.skipped),
        "train_fingerprint": train.fingerprint(),
        "test_fingerprint": test.fingerprint(),
    }
    return DataSet(
        train=fitted_on.scaled(scaling),
        validation=train.take(out).scaled(scaling) if held_out else None,
        test=test.scaled(scaling),
        kind=raw.kind,
        scaling=scaling,
        record=record,
    )


def labelled(labels: Labels, some: Collection[int | str]) -> NDArray[np.bool_]:
    """Which images have one of some labels, (images,); 8 and '8' are the same label."""
    return np.isin(labels.astype(str), [str(label) for label in some])


def held_out(
    count: int, fraction: float, seed: int, where: str
) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """Splits items by chance into training and test items, both in an order of chance.

    Args:
        count: How many there are.
        fraction: How much of them becomes the test set, in (0, 1); at least one item and not all.
        seed: Decides which.
        where: Names the items in the message.

    Returns:
        The numbers of the training items and of the test items.

    Raises:
        DataError: There are fewer than two items.
    """
    if count < 2:
        raise DataError(f"{where}: {count} item(s) can't be split into training and test data")
    order = generator(seed, Role.TEST_SPLIT).permutation(count)
    tested = min(max(round(fraction * count), 1), count - 1)
    return order[tested:], order[:tested]


def _rows(array: NDArray[Any] | None, rows: Any) -> NDArray[Any] | None:
    return None if array is None else array[rows]


def _mask(images: Numbers | OnDisk, lengths: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Which steps of padded sequences are real, (sequences, steps)."""
    mask: NDArray[np.bool_] = np.arange(images.shape[1]) < lengths[:, np.newaxis]
    return mask
