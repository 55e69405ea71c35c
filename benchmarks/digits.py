"""MNIST as every contender gets it."""

from typing import Any

import numpy as np


def digits(count: int) -> tuple[Any, Any]:
    """The first training and test images, float32 in [0, 1], (count, 28, 28) each, if there are so many."""
    from aecli.data.sources.mnist import Mnist

    raw = Mnist().read()
    train, test = (np.asarray(part.samples)[:count] for part in (raw.train, raw.test))
    return train.astype(np.float32) / 255, test.astype(np.float32) / 255
