"""What every model family hands back. Nothing downstream asks which family it was."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any, Literal

import keras
import numpy as np
from numpy.typing import NDArray

from aecli.models.network.code import Code

NUMBERS_AT_A_TIME = 2**22
"""Of samples that go through a network at a time; what lies between its layers takes many times as much."""


@dataclass(frozen=True)
class Autoencoder:
    """An encoder, a decoder, and the code between them.

    Attributes:
        encoder: Images (batch, *sample_shape) → what `code` makes codes of.
        decoder: Codes (batch, *latent_shape) → reconstructions (batch, *sample_shape).
        code: Turns the encoder's output into codes and says what they cost.
        reconstruction: Whether the reconstruction loss is the `mean` over a sample's numbers, as in a plain
            autoencoder, or their `sum`, as the likelihood in an ELBO.
    """

    encoder: keras.Model
    decoder: keras.Model
    code: Code
    reconstruction: Literal["mean", "sum"] = "mean"

    @cached_property
    def autoencoder(self) -> keras.Model:
        """Encoder and decoder as one network, by the mean code: sample → reconstruction."""
        inputs = keras.Input(self.sample_shape, name="image")
        return keras.Model(inputs, self.decoder(self.code.mean(self.encoder(inputs))), name="autoencoder")

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """The shape of one sample."""
        return tuple(self.encoder.input_shape[1:])

    @property
    def latent_shape(self) -> tuple[int, ...]:
        """The shape of one code."""
        return tuple(self.decoder.input_shape[1:])

    @property
    def latent_size(self) -> int:
        """How many numbers a code has."""
        return prod(self.latent_shape)

    @property
    def is_generative(self) -> bool:
        """Whether codes have a prior, N(0, 1), that new samples can be drawn from."""
        return "kl" in self.code.penalty_weights

    def encode(self, samples: Any) -> Any:
        """Samples (batch, *sample_shape) → mean codes (batch, *latent_shape), as a tensor."""
        return self.code.mean(self.encoder(samples, training=False))

    def decode(self, codes: Any) -> Any:
        """Codes (batch, *latent_shape) → samples (batch, *sample_shape), as a tensor."""
        return self.decoder(codes, training=False)

    @property
    def batch_size(self) -> int:
        """How many samples go through at a time where nothing is learned: fewer of large ones."""
        return min(1000, max(1, NUMBERS_AT_A_TIME // prod(self.sample_shape)))

    def encode_all(self, samples: NDArray[np.float32], batch_size: int | None = None) -> NDArray[np.float32]:
        """Any number of samples → their mean codes, as an array."""
        return _in_batches(self.encode, samples, batch_size or self.batch_size)

    def decode_all(self, codes: NDArray[np.float32], batch_size: int | None = None) -> NDArray[np.float32]:
        """Any number of codes → samples, as an array."""
        return _in_batches(self.decode, codes, batch_size or self.batch_size)


def _in_batches(
    function: Callable[[Any], Any], rows: NDArray[np.float32], batch_size: int
) -> NDArray[np.float32]:
    starts = range(0, len(rows), batch_size)
    return np.concatenate([np.asarray(function(rows[start : start + batch_size])) for start in starts])
