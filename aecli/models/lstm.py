"""Sequence-to-sequence autoencoder of LSTMs (Srivastava, Mansimov & Salakhutdinov, 2015).

An image is read as a sequence of its rows: 28 steps of 28 features. The post ends on a bare LSTM, whose
tanh output lies in (-1, 1) and can't model pixels as probabilities; here a sigmoid layer reads each step.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import NonNegativeFloat, PositiveInt

from aecli.models.spec import MODELS, ModelSpec

if TYPE_CHECKING:
    from aecli.models.network.autoencoder import Autoencoder


@MODELS.register
class Lstm(ModelSpec):
    """LSTM encoder and decoder over a sequence, or the rows of an image: sequence to one code to sequence."""

    takes: ClassVar[tuple[str, ...]] = ("images", "sequences")

    type: Literal["lstm"] = "lstm"
    """Which family."""

    latent_dim: PositiveInt = 32
    """How many numbers the code has: the units of the encoder's LSTM, whose last output is the code."""

    decoder_units: PositiveInt = 128
    """Units of the decoder's LSTM."""

    activity_l1: NonNegativeFloat = 0.0
    """Factor of the L1 penalty on the code."""

    def build(self, sample_shape: tuple[int, ...]) -> Autoencoder:
        """Rows → LSTM → code → RepeatVector → LSTM → Dense sigmoid at each step."""
        import keras
        from keras import layers

        from aecli.models.network.autoencoder import Autoencoder
        from aecli.models.network.code import PlainCode
        from aecli.models.network.layers import pixels

        steps, features = sample_shape[0], prod(sample_shape[1:])
        image = keras.Input(sample_shape, name="image")
        rows = layers.Reshape((steps, features))(image)
        encoder = keras.Model(image, layers.LSTM(self.latent_dim)(rows), name="encoder")

        code = keras.Input((self.latent_dim,), name="code")
        states = layers.LSTM(self.decoder_units, return_sequences=True)(layers.RepeatVector(steps)(code))
        logits = layers.Dense(features)(states)
        decoder = keras.Model(code, pixels(logits, sample_shape, self.output), name="decoder")
        return Autoencoder(encoder, decoder, PlainCode(self.activity_l1))
