"""What a network does, compiled once for batches of any size."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from aecli.inference.inputs.batch import Batch
from aecli.models.network.cost import only_dense
from aecli.runs.opened import OpenedRun
from aecli.training.losses import PIXEL_LOSSES, image_losses

Floats = NDArray[np.float32]


DENSE = 4
"""Times as many inputs a batch where all layers are dense: they are done sooner than a call is begun."""


def batch_size(run: OpenedRun) -> int:
    """How many inputs go through a run's network at a time."""
    return run.network.batch_size * (DENSE if only_dense(run.network) else 1)


def encoder(run: OpenedRun) -> Callable[[Batch], tuple[Floats, Floats | None]]:
    """A batch → codes and, of a VAE, their variances, (batch, *latent_shape) each."""
    network = run.network

    def parts(numbers: Any, divisor: Any) -> Any:
        encoded = network.encoder(tf.cast(numbers, tf.float32) / divisor, training=False)
        return network.code.mean(encoded), network.code.variance(encoded)

    @cache
    def compiled(dtype: str) -> Any:
        signature = [tf.TensorSpec((None, *network.sample_shape), dtype), tf.TensorSpec((), tf.float32)]
        return tf.function(parts, input_signature=signature)

    def encode(batch: Batch) -> tuple[Floats, Floats | None]:
        codes, variances = compiled(batch.numbers.dtype.name)(batch.numbers, batch.divisor)
        return codes.numpy(), None if variances is None else variances.numpy()

    return encode


def decoder(run: OpenedRun) -> Callable[[Floats], Floats]:
    """Codes (batch, *latent_shape) → samples (batch, *sample_shape)."""
    compiled = tf.function(run.network.decode, input_signature=[_batch(run.network.latent_shape)])
    return lambda codes: compiled(codes).numpy()


def reconstructor(run: OpenedRun) -> Callable[[Floats], Floats]:
    """Items (batch, *sample_shape) → what the network makes of them by the mean code, of the same shape."""
    network = run.network
    compiled = tf.function(
        lambda samples: network.decode(network.encode(samples)),
        input_signature=[_batch(network.sample_shape)],
    )
    return lambda samples: compiled(samples).numpy()


def loss(run: OpenedRun, samples: Floats, outputs: Floats, weights: Floats | None) -> Floats:
    """The reconstruction loss of each sample, (batch,); the clean sample is what should come out."""
    pixels = PIXEL_LOSSES[run.config.training.loss](samples, outputs)
    return np.asarray(image_losses(pixels, run.network.reconstruction, weights))


def _batch(shape: tuple[int, ...]) -> Any:
    return tf.TensorSpec((None, *shape), tf.float32)
