"""Stacks of layers that more than one family is made of."""

from math import prod

import keras
from keras import layers


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


def dense_decoder(latent_dim: int, hidden: tuple[int, ...], image_shape: tuple[int, ...]) -> keras.Model:
    """A fully connected decoder with sigmoid pixels.

    Args:
        latent_dim: Dimensions of the code.
        hidden: Units of the ReLU layers between code and image.
        image_shape: The shape of one image.

    Returns:
        A model (batch, latent_dim) → (batch, *image_shape).
    """
    code = keras.Input((latent_dim,), name="code")
    logits = layers.Dense(prod(image_shape))(dense_stack(code, hidden))
    return keras.Model(code, sigmoid_pixels(logits, image_shape), name="decoder")


def sigmoid_pixels(logits: keras.KerasTensor, image_shape: tuple[int, ...]) -> keras.KerasTensor:
    """The end of a decoder: the sigmoid of its last layer, in the shape of an image.

    The sigmoid comes last, after the reshaping, because Keras then computes the cross-entropy from the
    logits, which is faster, and exact where a pixel is all but 0 or 1.

    Args:
        logits: As many numbers as an image has, (batch, …).
        image_shape: The shape of one image.

    Returns:
        Pixels in (0, 1), (batch, *image_shape).
    """
    return layers.Activation("sigmoid", name="pixels")(layers.Reshape(image_shape)(logits))


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
