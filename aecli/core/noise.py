"""Random tensors that are the same inside and outside of compiled code.

TensorFlow's stateless generators give the same bits everywhere, but XLA turns bits into floats in another
way than TensorFlow does. So the bits are turned into floats here.
"""

from collections.abc import Callable
from typing import Any

import tensorflow as tf

Part = tuple[int, int]
"""A part of a larger tensor: how many numbers of it stand before, and how many it has in all."""

LANES = 64
"""Processors compute many numbers at once, and what is left at a tensor's end one by one, with other last
bits. So a part is computed from a multiple of this on, and so far beyond its end, if there is more."""


def uniform(shape: Any, seed: Any, part: Part | None = None) -> Any:
    """Uniform numbers.

    Args:
        shape: Of the tensor.
        seed: Two whole numbers, as a tensor or a sequence; they alone decide the numbers.
        part: Where the tensor lies in a larger one, whose numbers it gets.

    Returns:
        float32 tensor in (0, 1), both ends excluded, in steps of 2⁻²³.
    """
    return _drawn(shape, seed, part, lambda numbers: numbers)


def normal(shape: Any, seed: Any, part: Part | None = None) -> Any:
    """Numbers of the standard normal distribution, by its quantile function; otherwise as `uniform`."""
    return _drawn(shape, seed, part, tf.math.ndtri)


def _drawn(shape: Any, seed: Any, part: Part | None, transform: Callable[[Any], Any]) -> Any:
    """Transformed uniform numbers."""
    if part is None:
        bits = tf.random.stateless_uniform(
            shape, seed, minval=None, maxval=None, dtype=tf.uint32, alg="philox"
        )
        return transform(_as_floats(bits))
    before, total = part
    size, lead = tf.reduce_prod(shape), before % LANES
    wider = tf.minimum(lead + size + LANES, total - before + lead)
    numbers = transform(_as_floats(_later_bits(wider, seed, before - lead)))
    return tf.reshape(numbers[lead : lead + size], shape)


def _as_floats(bits: Any) -> Any:
    """32 bits → (0, 1)."""
    kept = tf.cast(tf.bitwise.right_shift(bits, tf.constant(9, tf.uint32)), tf.float32)
    return (kept + 0.5) * 2.0**-23


def _later_bits(count: Any, seed: Any, skip: int) -> Any:
    """The bits that follow after the first `skip` words, a multiple of four: Philox counts blocks of four."""
    key, counter = tf.raw_ops.StatelessRandomGetKeyCounter(seed=tf.cast(seed, tf.int32))
    return tf.raw_ops.StatelessRandomUniformFullIntV2(
        shape=[count],
        key=key,
        counter=counter + tf.constant([skip // 4, 0], tf.uint64),
        alg=1,
        dtype=tf.uint32,
    )
