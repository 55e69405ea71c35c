"""Grey 8-bit images with a label each, as MNIST and its like are stored."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aecli.core.errors import DataError
from aecli.data.array_files import read_npz
from aecli.data.stored import Stored


def read_digits(path: Path) -> tuple[Stored, Stored]:
    """Training and test images of an `.npz` file with x_train, y_train, x_test and y_test, as Keras caches it.

    Raises:
        DataError: It can't be read, or holds something else.
    """
    arrays = read_npz(path, ["x_train", "y_train", "x_test", "y_test"])
    train, test = (
        labelled_images(arrays[f"x_{part}"], arrays[f"y_{part}"], f"{path}: x_{part}, y_{part}")
        for part in ("train", "test")
    )
    return train, test


def labelled_images(images: NDArray[np.generic], labels: NDArray[np.generic], where: str) -> Stored:
    """Images with a label each.

    Args:
        images: Should be uint8, (images, height, width).
        labels: Should be integers, (images,).
        where: Names the arrays in messages.

    Raises:
        DataError: They are something else.
    """
    if images.ndim != 3 or images.dtype != np.uint8 or images.size == 0:
        raise DataError(
            f"{where}: expected images as uint8 of shape (count, height, width), "
            f"received {images.dtype} of shape {images.shape}"
        )
    if labels.shape != images.shape[:1] or labels.dtype.kind not in "iu":
        raise DataError(
            f"{where}: expected one integer label for each of the {len(images)} images, "
            f"received {labels.dtype} of shape {labels.shape}"
        )
    return Stored(images, labels)
