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
"""Of images that go through a network at a time; what lies between its layers takes many times as much."""


@dataclass(frozen=True)
class Autoencoder:
    """An encoder, a decoder, and the code between them.

    Attributes:
        encoder: Images (batch, *image_shape) → what `code` makes codes of.
        decoder: Codes (batch, *code_shape) → reconstructions (batch, *image_shape).
        code: Turns the encoder's output into codes and says what they cost.
        reconstruction: Whether the reconstruction loss is the `mean` over an image's numbers, as in a plain
            autoencoder, or their `sum`, as the likelihood in an ELBO.
    """

    encoder: keras.Model
    decoder: keras.Model
    code: Code
    reconstruction: Literal["mean", "sum"] = "mean"

    @cached_property
    def whole(self) -> keras.Model:
        """Encoder and decoder as one network, by the mean code: image → reconstruction."""
        inputs = keras.Input(self.image_shape, name="image")
        return keras.Model(inputs, self.decoder(self.code.mean(self.encoder(inputs))), name="autoencoder")

    @property
    def image_shape(self) -> tuple[int, ...]:
        """The shape of one image."""
        return tuple(self.encoder.input_shape[1:])

    @property
    def code_shape(self) -> tuple[int, ...]:
        """The shape of one code."""
        return tuple(self.decoder.input_shape[1:])

    @property
    def code_size(self) -> int:
        """How many numbers a code has."""
        return prod(self.code_shape)

    @property
    def is_generative(self) -> bool:
        """Whether codes have a prior, N(0, 1), that new images can be drawn from."""
        return "kl" in self.code.penalty_weights

    def encode(self, images: Any) -> Any:
        """Images (batch, *image_shape) → mean codes (batch, *code_shape), as a tensor."""
        return self.code.mean(self.encoder(images, training=False))

    def decode(self, codes: Any) -> Any:
        """Codes (batch, *code_shape) → images (batch, *image_shape), as a tensor."""
        return self.decoder(codes, training=False)

    @property
    def batch_size(self) -> int:
        """How many images go through at a time where nothing is learned: fewer of large ones."""
        return min(1000, max(1, NUMBERS_AT_A_TIME // prod(self.image_shape)))

    def encode_all(self, images: NDArray[np.float32], batch_size: int | None = None) -> NDArray[np.float32]:
        """Any number of images → their mean codes, as an array."""
        return _in_batches(self.encode, images, batch_size or self.batch_size)

    def decode_all(self, codes: NDArray[np.float32], batch_size: int | None = None) -> NDArray[np.float32]:
        """Any number of codes → images, as an array."""
        return _in_batches(self.decode, codes, batch_size or self.batch_size)


def _in_batches(
    function: Callable[[Any], Any], rows: NDArray[np.float32], batch_size: int
) -> NDArray[np.float32]:
    starts = range(0, len(rows), batch_size)
    return np.concatenate([np.asarray(function(rows[start : start + batch_size])) for start in starts])
