"""Stored arrays → the images a run trains on, is monitored on and is tested on."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.data.arrays import RawData, fingerprint
from aecli.errors import DataError
from aecli.seeds import Role, generator


@dataclass(frozen=True)
class Split:
    """Some images with their labels.

    Attributes:
        images: float32, (images, *image_shape), in [0, 1].
        labels: Integers, (images,).
    """

    images: NDArray[np.float32]
    labels: NDArray[np.integer]

    def __len__(self) -> int:
        """The number of images."""
        return len(self.images)


@dataclass(frozen=True)
class DataSet:
    """The data of a run.

    Attributes:
        train: What the weights are fitted to.
        validation: Held-out training images, or None where the test set is monitored.
        test: What results are reported on; nothing is ever chosen by it.
        record: What `run.json` says of the data: its name, origin, counts and fingerprints.
    """

    train: Split
    validation: Split | None
    test: Split
    record: dict[str, Any]

    @property
    def monitored(self) -> Split:
        """What is evaluated after each epoch: the validation images, or, as in the post, the test set."""
        return self.test if self.validation is None else self.validation

    @property
    def image_shape(self) -> tuple[int, ...]:
        """The shape of one image, such as (28, 28)."""
        return self.train.images.shape[1:]


def prepare(raw: RawData, seed: int) -> DataSet:
    """Cuts stored arrays to the config's limit, holds validation images out, and scales pixels to [0, 1].

    Args:
        raw: The arrays and the options (`limit`, `validation_split`) that came with them.
        seed: The config's seed; it decides which images are held out.

    Returns:
        The data of a run.

    Raises:
        DataError: There is only one training image, and some are to be held out.
    """
    limit = raw.source.limit
    train_images, train_labels = raw.train_images[:limit], raw.train_labels[:limit]
    test_images, test_labels = raw.test_images[:limit], raw.test_labels[:limit]
    if raw.source.validation_split and len(train_images) < 2:
        raise DataError(f"data.validation_split: {len(train_images)} training image can't be split")
    held_out = round(raw.source.validation_split * len(train_images))
    held_out = min(max(held_out, 1), len(train_images) - 1) if raw.source.validation_split else 0
    order = generator(seed, Role.VALIDATION_SPLIT).permutation(len(train_images))
    kept, out = np.sort(order[held_out:]), np.sort(order[:held_out])
    record = {
        "name": raw.source.model_dump()["name"],
        "origin": raw.origin,
        "train_images": len(kept),
        "validation_images": len(out),
        "test_images": len(test_images),
        "image_shape": list(train_images.shape[1:]),
        "train_fingerprint": fingerprint(train_images, train_labels),
        "test_fingerprint": fingerprint(test_images, test_labels),
    }
    return DataSet(
        train=Split(_scaled(train_images[kept] if held_out else train_images), train_labels[kept]),
        validation=Split(_scaled(train_images[out]), train_labels[out]) if held_out else None,
        test=Split(_scaled(test_images), test_labels),
        record=record,
    )


def _scaled(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """8-bit pixels → [0, 1]."""
    scaled = images.astype(np.float32)
    scaled /= 255.0
    return scaled
