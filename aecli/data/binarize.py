"""Greys → black and white, each pixel by a draw of its own (Salakhutdinov & Murray, 2008; Burda et al., 2016)."""

from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROWS = 4096
"""Samples that are drawn at a time."""


def redraw(samples: Any, seed: Any) -> Any:
    """Draws each number: 1 with the probability that it gives, else 0.

    Args:
        samples: Greys in [0, 1], float32 tensor or array of any shape.
        seed: Two whole numbers; the same ones give the same draws, in a compiled step as outside of one.

    Returns:
        float32 tensor of zeros and ones, of the same shape.
    """
    import tensorflow as tf

    from aecli.core import noise

    return tf.cast(noise.uniform(tf.shape(samples), seed) < samples, tf.float32)


def drawn_once(samples: NDArray[np.float32], seed: list[int]) -> NDArray[np.float32]:
    """As `redraw`, on arrays of any size; what a sample becomes doesn't depend on how many follow it."""
    from aecli.core import backend

    backend.load()
    from aecli.core import noise

    size = prod(samples.shape[1:])
    drawn = np.empty(samples.shape, np.float32)
    for start in range(0, len(samples), ROWS):
        block = samples[start : start + ROWS]
        drawn[start : start + ROWS] = (
            noise.uniform(block.shape, seed, (start * size, len(samples) * size)) < block
        )
    return drawn
