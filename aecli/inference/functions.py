"""What a network does, compiled once for batches of any size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from aecli.inference.inputs.batch import Batch
from aecli.models.autoencoder import Autoencoder
from aecli.models.cost import only_dense
from aecli.runs.opened import OpenedRun

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Encoded:
    """What a batch was encoded to.

    Attributes:
        codes: Its latents, (batch, *latent_shape).
        variances: Of a Gaussian latent, the variance of each number; else None.
        indices: Of a codebook, which entries they are, (batch, *positions); else None.
    """

    codes: Floats
    variances: Floats | None
    indices: NDArray[np.integer] | None


DENSE = 4
"""Times as many inputs a batch where all layers are dense: they are done sooner than a call is begun."""


def batch_size(run: OpenedRun) -> int:
    """How many inputs go through a run's network at a time."""
    return run.network.batch_size * (DENSE if only_dense(run.network) else 1)


def encoder(run: OpenedRun) -> Callable[[Batch], Encoded]:
    """A batch → its latents, with what else there is to say of them."""
    network = run.network

    latent = network.latent

    def parts(numbers: Any, divisor: Any, *told: Any) -> Any:
        encoded = network.encoded(tf.cast(numbers, tf.float32) / divisor, *told)
        return latent.mean(encoded), latent.variance(encoded), latent.indices(encoded)

    @cache
    def compiled(dtype: str) -> Any:
        signature = [tf.TensorSpec((None, *network.sample_shape), dtype), tf.TensorSpec((), tf.float32)]
        return tf.function(parts, input_signature=[*signature, *_labels(network)])

    def encode(batch: Batch) -> Encoded:
        told = () if batch.told is None else (batch.told,)
        codes, *others = compiled(batch.numbers.dtype.name)(batch.numbers, batch.divisor, *told)
        return Encoded(codes.numpy(), *(None if part is None else part.numpy() for part in others))

    return encode


def decoder(run: OpenedRun) -> Callable[[Floats, Floats | None], Floats]:
    """Latents (batch, *latent_shape), and one-hot labels where there is a condition → samples."""
    return _compiled(run.network, run.network.decode, run.network.latent_shape)


def reconstructor(run: OpenedRun) -> Callable[[Floats, Floats | None], Floats]:
    """Samples, and one-hot labels where there is a condition → what the network makes of them."""
    network = run.network
    return _compiled(
        network,
        lambda samples, *told: network.decode(network.encode(samples, *told), *told),
        network.sample_shape,
    )


def _compiled(
    network: Autoencoder, function: Callable[..., Any], shape: tuple[int, ...]
) -> Callable[[Floats, Floats | None], Floats]:
    compiled = tf.function(function, input_signature=[_batch(shape), *_labels(network)])
    return lambda numbers, told: compiled(*(each for each in (numbers, told) if each is not None)).numpy()


def _labels(network: Autoencoder) -> list[Any]:
    """What a compiled function is told beside numbers."""
    return [_batch((network.classes,))] if network.classes else []


def _batch(shape: tuple[int, ...]) -> Any:
    return tf.TensorSpec((None, *shape), tf.float32)
