"""Stacks of layers that more than one family is made of."""

from math import prod
from typing import Literal

import keras
from keras import layers

from aecli.models.network.pixel_convolution import to_one_channel

Output = Literal["sigmoid", "linear"]


def dense_stack(inputs: keras.KerasTensor, sizes: tuple[int, ...]) -> keras.KerasTensor:
    """Fully connected ReLU layers, one after another.

    Args:
        inputs: (batch, units).
        sizes: Units of each layer; with none, the inputs come back.

    Returns:
        The last layer's output, (batch, sizes[-1]).
    """
    for units in sizes:
        inputs = layers.Dense(units, activation="relu")(inputs)
    return inputs


def dense_decoder(
    latent_dim: int, hidden: tuple[int, ...], sample_shape: tuple[int, ...], output: Output
) -> keras.Model:
    """A fully connected decoder.

    Args:
        latent_dim: Dimensions of the code.
        hidden: Units of the ReLU layers between code and image.
        sample_shape: The shape of one image.
        output: The last activation.

    Returns:
        A model (batch, latent_dim) → (batch, *sample_shape).
    """
    code = keras.Input((latent_dim,), name="code")
    logits = layers.Dense(prod(sample_shape))(dense_stack(code, hidden))
    return keras.Model(code, pixels(logits, sample_shape, output), name="decoder")


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


def gaussian_head(hidden: keras.KerasTensor, latent_dim: int) -> list[keras.KerasTensor]:
    """The two output layers of a variational encoder.

    Args:
        hidden: The last hidden layer, (batch, units).
        latent_dim: Dimensions of the code.

    Returns:
        `[z_mean, z_log_var]`, each (batch, latent_dim).
    """
    return [
        layers.Dense(latent_dim, name="z_mean")(hidden),
        layers.Dense(latent_dim, name="z_log_var")(hidden),
    ]


def conv_stack(
    image: keras.KerasTensor, filters: tuple[int, ...], kernel_size: int
) -> tuple[keras.KerasTensor, list[tuple[int, int]]]:
    """Convolutions with ReLU, each followed by 2×2 pooling that rounds odd sizes up.

    Args:
        image: (batch, height, width) or (batch, height, width, channels).
        filters: Channels of each convolution.
        kernel_size: Height and width of the kernels.

    Returns:
        The last pooled stack of maps, (batch, rows, columns, filters[-1]); and the sizes of the maps from
        the image down, which `conv_decoder` mirrors.
    """
    height, width, *rest = image.shape[1:]
    maps = layers.Reshape((height, width, rest[0] if rest else 1))(image)
    sizes = [(height, width)]
    for channels in filters:
        maps = layers.Conv2D(channels, kernel_size, activation="relu", padding="same")(maps)
        maps = layers.MaxPooling2D(2, padding="same")(maps)
        sizes.append(tuple(maps.shape[1:3]))
    return maps, sizes


def conv_decoder(
    maps: keras.KerasTensor,
    filters: tuple[int, ...],
    kernel_size: int,
    sizes: list[tuple[int, int]],
    sample_shape: tuple[int, ...],
    output: Output = "sigmoid",
) -> keras.KerasTensor:
    """Convolutions with ReLU, each followed by 2×2 upsampling, and one that makes pixels.

    Args:
        maps: (batch, rows, columns, channels), of the last one of `sizes`.
        filters: Channels of each convolution but the last.
        kernel_size: Height and width of the kernels.
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
        maps = layers.Conv2D(channels, kernel_size, activation="relu", padding=padding)(maps)
        maps = layers.UpSampling2D(2)(maps)
    excess = [have - want for have, want in zip(maps.shape[1:3], sizes[0], strict=True)]
    if any(excess):
        maps = layers.Cropping2D([(cut // 2, cut - cut // 2) for cut in excess])(maps)
    channels = sample_shape[2] if len(sample_shape) > 2 else 1
    last = layers.Conv2D(channels, kernel_size, padding="same")
    if channels == 1:
        last.convolution_op = to_one_channel  # of this layer alone: it is saved as a plain Conv2D
    return pixels(last(maps), sample_shape, output)
