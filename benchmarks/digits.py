"""The full MNIST as every contender gets it."""

from typing import Any

import numpy as np


def digits() -> tuple[Any, Any]:
    """Training and test images, float32 in [0, 1], (60000, 28, 28) and (10000, 28, 28)."""
    from aecli.data.sources.mnist import Mnist

    raw = Mnist().read()
    train, test = np.asarray(raw.train.samples), np.asarray(raw.test.samples)
    return train.astype(np.float32) / 255, test.astype(np.float32) / 255
