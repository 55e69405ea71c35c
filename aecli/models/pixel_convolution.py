"""The convolution that ends a decoder of grey images, computed in the way that suits its one channel.

A processor's convolution routines work on many output channels at a time and are slow where there is one:
in the post's convolutional autoencoder the last layer takes a seventh of the multiply-adds and took half
of the time. The same sums in another order are two matrix products and a few additions of shifted images.
"""

from typing import Any

import tensorflow as tf


def to_one_channel(maps: Any, kernel: Any) -> Any:
    """A convolution with one output channel, stride 1 and zero padding to the same size.

    Stands in for the `convolution_op` of a `keras.layers.Conv2D`, whose result it has but for rounding.

    Args:
        maps: (batch, height, width, channels).
        kernel: (rows, columns, channels, 1).

    Returns:
        (batch, height, width, 1).
    """
    # A tensor, because the gradient by hand below is of arguments, not of variables.
    return tf.custom_gradient(_shift_and_add)(tf.convert_to_tensor(maps), tf.convert_to_tensor(kernel))


def _shift_and_add(maps: Any, kernel: Any) -> tuple[Any, Any]:
    """The convolution and its gradient; the automatic gradient of so many slices would be slow."""
    rows, columns, channels, _ = kernel.shape
    above, left = (rows - 1) // 2, (columns - 1) // 2
    below, right = rows - 1 - above, columns - 1 - left
    height, width = maps.shape[1:3]
    shifts = [(row, column) for row in range(rows) for column in range(columns)]
    taps = tf.reshape(kernel, (len(shifts), channels))
    pixels = tf.reshape(maps, (-1, channels))

    # What each tap of the kernel adds to the image, as (taps, batch, height, width), still unshifted.
    planes = tf.reshape(tf.matmul(taps, pixels, transpose_b=True), (len(shifts), -1, height, width))
    planes = tf.pad(planes, ((0, 0), (0, 0), (above, below), (left, right)))
    shifted = [planes[i, :, row : row + height, col : col + width] for i, (row, col) in enumerate(shifts)]

    def gradient(upstream: Any) -> tuple[Any, Any]:
        """Each tap sees the upstream gradient, shifted the other way."""
        padded = tf.pad(upstream[..., 0], ((0, 0), (below, above), (right, left)))
        starts = [(rows - 1 - row, columns - 1 - column) for row, column in shifts]
        seen = tf.stack([padded[:, row : row + height, col : col + width] for row, col in starts])
        seen = tf.reshape(seen, (len(shifts), -1))
        of_maps = tf.reshape(tf.matmul(seen, taps, transpose_a=True), tf.shape(maps))
        return of_maps, tf.reshape(tf.matmul(seen, pixels), kernel.shape)

    return tf.add_n(shifted)[..., tf.newaxis], gradient
