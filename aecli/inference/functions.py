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

    def parts(numbers: Any, divisor: Any, labels: Any = None) -> Any:
        encoded = network.encoded(tf.cast(numbers, tf.float32) / divisor, labels)
        latent = network.latent
        return latent.mean(encoded), latent.variance(encoded), latent.indices(encoded)

    @cache
    def compiled(dtype: str) -> Any:
        numbers = tf.TensorSpec((None, *network.sample_shape), dtype)
        return _compiled(run, parts, numbers, tf.TensorSpec((), tf.float32))

    def encode(batch: Batch) -> Encoded:
        codes, *others = compiled(batch.numbers.dtype.name)(batch.numbers, batch.divisor, batch.told)
        return Encoded(codes.numpy(), *(None if part is None else part.numpy() for part in others))

    return encode


def decoder(run: OpenedRun) -> Callable[[Floats, Floats | None], Floats]:
    """Latents (batch, *latent_shape), and one-hot labels where there is a condition → samples."""
    network = run.network
    compiled = _compiled(run, network.decode, _batch(network.latent_shape))
    return lambda codes, told: compiled(codes, told).numpy()


def reconstructor(run: OpenedRun) -> Callable[[Floats, Floats | None], Floats]:
    """Samples, and one-hot labels where there is a condition → what the network makes of them."""
    network = run.network

    def through(samples: Any, told: Any = None) -> Any:
        return network.decode(network.encode(samples, told), told)

    compiled = _compiled(run, through, _batch(network.sample_shape))
    return lambda samples, told: compiled(samples, told).numpy()


def _compiled(run: OpenedRun, function: Callable[..., Any], *given: Any) -> Callable[..., Any]:
    """A function compiled for inputs of these forms, and for labels behind them where there is a condition."""
    if run.network.classes:
        return tf.function(function, input_signature=[*given, _batch((run.network.classes,))])
    # Without one, a signature has no place for them: TensorFlow takes no None there.
    compiled = tf.function(function, input_signature=given)
    return lambda *inputs: compiled(*inputs[:-1])


def _batch(shape: tuple[int, ...]) -> Any:
    return tf.TensorSpec((None, *shape), tf.float32)
