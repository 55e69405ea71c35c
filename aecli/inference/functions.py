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

    def parts(numbers: Any, divisor: Any, *told: Any) -> Any:
        encoded = network.encoded(tf.cast(numbers, tf.float32) / divisor, *told)
        latent = network.latent
        return latent.mean(encoded), latent.variance(encoded), latent.indices(encoded)

    @cache
    def compiled(dtype: str) -> Any:
        signature = [tf.TensorSpec((None, *network.sample_shape), dtype), tf.TensorSpec((), tf.float32)]
        return tf.function(parts, input_signature=[*signature, *_labels(run)])

    def encode(batch: Batch) -> Encoded:
        function = compiled(batch.numbers.dtype.name)
        codes, *others = function(batch.numbers, batch.divisor, *_given(batch.told))
        return Encoded(codes.numpy(), *(None if part is None else part.numpy() for part in others))

    return encode


def decoder(run: OpenedRun) -> Callable[[Floats, Floats | None], Floats]:
    """Latents (batch, *latent_shape), and one-hot labels where there is a condition → samples."""
    network = run.network
    compiled = _compiled(run, network.decode, network.latent_shape)
    return lambda codes, told: compiled(codes, *_given(told)).numpy()


def reconstructor(run: OpenedRun) -> Callable[[Floats, Floats | None], Floats]:
    """Samples, and one-hot labels where there is a condition → what the network makes of them."""
    network = run.network
    compiled = _compiled(
        run,
        lambda samples, *told: network.decode(network.encode(samples, *told), *told),
        network.sample_shape,
    )
    return lambda samples, told: compiled(samples, *_given(told)).numpy()


def _compiled(run: OpenedRun, function: Callable[..., Any], shape: tuple[int, ...]) -> Any:
    return tf.function(function, input_signature=[_batch(shape), *_labels(run)])


def _labels(run: OpenedRun) -> list[Any]:
    """The form of labels, where there is a condition: nothing has no form."""
    return [_batch((run.network.classes,))] if run.network.classes else []


def _given(told: Floats | None) -> list[Floats]:
    return [] if told is None else [told]


def _batch(shape: tuple[int, ...]) -> Any:
    return tf.TensorSpec((None, *shape), tf.float32)
