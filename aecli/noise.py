"""Random tensors that are the same inside and outside of compiled code.

TensorFlow's stateless generators give the same bits everywhere, but XLA turns bits into floats in another
way than TensorFlow does. So the bits are turned into floats here.
"""

from typing import Any

import tensorflow as tf


def uniform(shape: Any, seed: Any) -> Any:
    """Uniform numbers.

    Args:
        shape: Of the tensor.
        seed: Two whole numbers, as a tensor or a sequence; they alone decide the numbers.

    Returns:
        float32 tensor in (0, 1), both ends excluded, in steps of 2⁻²³.
    """
    bits = tf.random.stateless_uniform(shape, seed, minval=None, maxval=None, dtype=tf.uint32, alg="philox")
    kept = tf.cast(tf.bitwise.right_shift(bits, tf.constant(9, tf.uint32)), tf.float32)
    return (kept + 0.5) * 2.0**-23


def normal(shape: Any, seed: Any) -> Any:
    """Numbers of the standard normal distribution, by its quantile function; otherwise as `uniform`."""
    return tf.math.ndtri(uniform(shape, seed))
