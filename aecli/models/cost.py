"""What a network costs: multiply-adds per sample, counted layer by layer."""

from collections.abc import Iterator
from math import prod

import keras
import tensorflow as tf
from keras import layers

from aecli.models.autoencoder import Autoencoder


def multiply_adds(autoencoder: Autoencoder) -> int:
    """Multiply-adds of one forward pass of one sample through encoder and decoder.

    Matrix products and convolutions are counted; activations, pooling and biases, which are small
    beside them, are not.
    """
    return sum(_of_layer(layer) for layer in weighted_layers(autoencoder))


def only_dense(autoencoder: Autoencoder) -> bool:
    """Whether all weights are in dense layers."""
    return all(isinstance(layer, layers.Dense) for layer in weighted_layers(autoencoder))


def suits_xla(autoencoder: Autoencoder) -> bool:
    """Whether XLA trains it faster: dense layers, and LSTMs as in `aecli.models.recurrence`, but on a processor.

    On a GPU Keras has a library's LSTM, which XLA can't compile.
    """
    of_processor = () if tf.config.list_physical_devices("GPU") else (layers.LSTM,)
    return all(isinstance(layer, (layers.Dense, *of_processor)) for layer in weighted_layers(autoencoder))


def weighted_layers(autoencoder: Autoencoder) -> Iterator[keras.layers.Layer]:
    """The layers that hold weights, encoder first."""
    for part in (autoencoder.encoder, autoencoder.decoder):
        yield from (layer for layer in part.layers if layer.weights)


def _of_layer(layer: keras.layers.Layer) -> int:
    """Each weight matrix is used once per output position: a pixel, a time step."""
    matrices = sum(prod(weight.shape) for weight in layer.weights if len(weight.shape) > 1)
    if isinstance(layer, layers.RNN):
        return int(matrices * layer.input.shape[1])
    return int(matrices * prod(layer.output.shape[1:-1]))
