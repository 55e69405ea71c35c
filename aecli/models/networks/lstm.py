"""Sequence-to-sequence network of LSTMs (Srivastava, Mansimov & Salakhutdinov, 2015).

An image is read as a sequence of its rows: 28 steps of 28 features. The post ends on a bare LSTM, whose
tanh output lies in (-1, 1) and can't model pixels as probabilities; here a sigmoid layer reads each step.
"""

from __future__ import annotations

from math import prod
from typing import Any, ClassVar, Literal

from pydantic import PositiveInt

from aecli.core.lazy import lazy
from aecli.models.networks.network import NETWORKS, Network

layers, stacks = lazy("keras.layers"), lazy("aecli.models.layers")


@NETWORKS.register
class Lstm(Network):
    """LSTM encoder and decoder over a sequence, or the rows of an image."""

    takes: ClassVar[tuple[str, ...]] = ("images", "sequences")
    serves: ClassVar[frozenset[str]] = frozenset()

    type: Literal["lstm"] = "lstm"
    """Which network."""

    encoder_units: PositiveInt = 32
    """Units of the encoder's LSTM; its last output is the features."""

    decoder_units: PositiveInt = 128
    """Units of the decoder's LSTM."""

    def encode(self, sample: Any, label: Any | None) -> Any:
        """Rows → LSTM."""
        steps = layers.Reshape((sample.shape[1], prod(sample.shape[2:])))(sample)
        return layers.LSTM(self.encoder_units)(stacks.with_label(steps, label))

    def decode(self, latent: Any, label: Any | None, sample_shape: tuple[int, ...]) -> Any:
        """Latent, at each step → LSTM → Dense."""
        repeated = layers.RepeatVector(sample_shape[0])(stacks.with_label(stacks.flat(latent), label))
        states = layers.LSTM(self.decoder_units, return_sequences=True)(repeated)
        return stacks.pixels(layers.Dense(prod(sample_shape[1:]))(states), sample_shape, self.output)
