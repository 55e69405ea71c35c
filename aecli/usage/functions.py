"""What a network does, compiled once for batches of any size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from aecli.trained import TrainedRun
from aecli.training.losses import PIXEL_LOSSES, image_losses

Floats = NDArray[np.float32]


def encoder(run: TrainedRun) -> Callable[[Floats], tuple[Floats, Floats | None]]:
    """Items (batch, *image_shape) → codes and, of a VAE, their variances, (batch, *code_shape) each."""
    network = run.network

    def parts(items: Any) -> Any:
        encoded = network.encoder(items, training=False)
        return network.code.mean(encoded), network.code.variance(encoded)

    compiled = tf.function(parts, input_signature=[_batch(network.image_shape)])

    def encode(items: Floats) -> tuple[Floats, Floats | None]:
        codes, variances = compiled(items)
        return codes.numpy(), None if variances is None else variances.numpy()

    return encode


def decoder(run: TrainedRun) -> Callable[[Floats], Floats]:
    """Codes (batch, *code_shape) → items (batch, *image_shape)."""
    compiled = tf.function(run.network.decode, input_signature=[_batch(run.network.code_shape)])
    return lambda codes: compiled(codes).numpy()


def reconstructor(run: TrainedRun) -> Callable[[Floats], Floats]:
    """Items (batch, *image_shape) → what the network makes of them by the mean code, of the same shape."""
    network = run.network
    compiled = tf.function(
        lambda items: network.decode(network.encode(items)), input_signature=[_batch(network.image_shape)]
    )
    return lambda items: compiled(items).numpy()


def loss(run: TrainedRun, items: Floats, outputs: Floats, weights: Floats | None) -> Floats:
    """The reconstruction loss of each item, (batch,); the clean item is what should come out."""
    pixels = PIXEL_LOSSES[run.config.training.loss](items, outputs)
    return np.asarray(image_losses(pixels, run.network.reconstruction, weights))


def _batch(shape: tuple[int, ...]) -> Any:
    return tf.TensorSpec((None, *shape), tf.float32)
