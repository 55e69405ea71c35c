"""Stacks of layers that more than one network is made of."""

from math import prod
from typing import Any, Literal

import keras
from keras import layers, ops

from aecli.models.pixel_convolution import to_one_channel

Output = Literal["sigmoid", "linear"]


def flat(features: keras.KerasTensor) -> keras.KerasTensor:
    """Features as one row of numbers, (batch, numbers)."""
    return features if len(features.shape) == 2 else layers.Flatten()(features)


def rows(latents: Any) -> Any:
    """Latents of any shape as rows of numbers, (batch, numbers)."""
    return ops.reshape(latents, (-1, prod(latents.shape[1:])))


def with_label(features: keras.KerasTensor, label: keras.KerasTensor | None) -> keras.KerasTensor:
    """Features with a label behind the numbers of each position.

    Args:
        features: (batch, …, numbers).
        label: (batch, classes), one-hot; with None, the features come back.

    Returns:
        (batch, …, numbers + classes).
    """
    if label is None:
        return features
    between = features.shape[1:-1]
    if between:
        label = layers.Reshape((*between, label.shape[-1]))(layers.RepeatVector(prod(between))(label))
    return layers.Concatenate()([features, label])


def dense_stack(inputs: keras.KerasTensor, sizes: tuple[int, ...], activation: str) -> keras.KerasTensor:
    """Fully connected layers, one after another.

    Args:
        inputs: (batch, units).
        sizes: Units of each layer; with none, the inputs come back.
        activation: What follows each.

    Returns:
        The last layer's output, (batch, sizes[-1]).
    """
    for units in sizes:
        inputs = layers.Dense(units, activation=activation)(inputs)
    return inputs


def pixels(logits: keras.KerasTensor, sample_shape: tuple[int, ...], output: Output) -> keras.KerasTensor:
    """The end of a decoder: its last layer's output in the shape of an image, activated.

    The sigmoid comes last, after the reshaping, because Keras then computes the cross-entropy from the
    logits, which is faster, and exact where a pixel is all but 0 or 1.

    Args:
        logits: As many numbers as an image has, (batch, …).
        sample_shape: The shape of one image.
        output: The activation.

    Returns:
        Pixels, (batch, *sample_shape); of a sigmoid, in (0, 1).
    """
    return layers.Activation(output, name="pixels")(layers.Reshape(sample_shape)(logits))


def map_sizes(sample_shape: tuple[int, ...], poolings: int) -> list[tuple[int, int]]:
    """Heights and widths of the maps of a stack of convolutions, from the image down; odd ones are rounded up."""
    sizes = [(sample_shape[0], sample_shape[1])]
    for _ in range(poolings):
        height, width = sizes[-1]
        sizes.append((-(-height // 2), -(-width // 2)))
    return sizes


def conv_stack(
    image: keras.KerasTensor,
    label: keras.KerasTensor | None,
    filters: tuple[int, ...],
    kernel_size: int,
    activation: str,
) -> keras.KerasTensor:
    """Convolutions, each followed by 2×2 pooling that rounds odd sizes up.

    Args:
        image: (batch, height, width) or (batch, height, width, channels).
        label: As for `with_label`; each class becomes a channel.
        filters: Channels of each convolution.
        kernel_size: Height and width of the kernels.
        activation: What follows each convolution.

    Returns:
        The last pooled stack of maps, (batch, rows, columns, filters[-1]), of the last one of `map_sizes`.
    """
    height, width, *rest = image.shape[1:]
    maps = with_label(layers.Reshape((height, width, rest[0] if rest else 1))(image), label)
    for channels in filters:
        maps = layers.Conv2D(channels, kernel_size, activation=activation, padding="same")(maps)
        maps = layers.MaxPooling2D(2, padding="same")(maps)
    return maps


def conv_decoder(
    maps: keras.KerasTensor,
    filters: tuple[int, ...],
    kernel_size: int,
    activation: str,
    sizes: list[tuple[int, int]],
    sample_shape: tuple[int, ...],
    output: Output,
) -> keras.KerasTensor:
    """Convolutions, each followed by 2×2 upsampling, and one that makes pixels.

    Args:
        maps: (batch, rows, columns, channels), of the last one of `sizes`.
        filters: Channels of each convolution but the last.
        kernel_size: Height and width of the kernels.
        activation: What follows each convolution but the last.
        sizes: Sizes of the encoder's maps, from the image down.
        sample_shape: The shape of one image.
        output: The last activation.

    Returns:
        Images, (batch, *sample_shape).
    """
    for channels, wanted in zip(filters, reversed(sizes[1:]), strict=True):
        # Pooling rounds odd sizes up, so that upsampling overshoots: 28 → 14 → 7 → 4 → 8 → 16. Where
        # an unpadded convolution trims the maps to just what the encoder had, it does (16 → 14).
        trimmed = tuple(size - kernel_size + 1 for size in maps.shape[1:3])
        padding = "valid" if trimmed == wanted and kernel_size > 1 else "same"
        maps = layers.Conv2D(channels, kernel_size, activation=activation, padding=padding)(maps)
        maps = layers.UpSampling2D(2)(maps)
    excess = [have - want for have, want in zip(maps.shape[1:3], sizes[0], strict=True)]
    if any(excess):
        maps = layers.Cropping2D([(cut // 2, cut - cut // 2) for cut in excess])(maps)
    channels = sample_shape[2] if len(sample_shape) > 2 else 1
    last = layers.Conv2D(channels, kernel_size, padding="same")
    if channels == 1:
        last.convolution_op = to_one_channel  # of this layer alone: it is saved as a plain Conv2D
    return pixels(last(maps), sample_shape, output)
