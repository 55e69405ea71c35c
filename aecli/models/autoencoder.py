"""What the words of a model build. Nothing downstream asks which words they were."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from aecli.models.latents.latent import Draw, Head, Latent, Step

NUMBERS_AT_A_TIME = 2**22
"""Of samples that go through a network at a time, or of what a layer makes of them."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Autoencoder:
    """An encoder, a decoder, and the latent between them.

    Where there is a condition, both take two inputs, the second one being labels, one-hot (batch, classes).

    Attributes:
        encoder: Samples (batch, *sample_shape) → what `latent` calls encoded.
        decoder: Latents (batch, *latent_shape) → reconstructions (batch, *sample_shape).
        latent: Draws latents from what is encoded, and says what they cost.
        head: The state of the latent.
    """

    encoder: keras.Model
    decoder: keras.Model
    latent: Latent
    head: Head

    @cached_property
    def autoencoder(self) -> keras.Model:
        """Encoder and decoder as one network, by the latent that represents a sample: sample → reconstruction."""
        given = [keras.Input(each.shape[1:], name=each.name) for each in self.encoder.inputs]
        sample, label = given if self.classes else (given[0], None)
        outputs = self.decoder(both(self.latent.mean(self.encoder(both(sample, label))), label))
        return keras.Model(both(sample, label), outputs, name="autoencoder")

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """The shape of one sample."""
        return tuple(self.encoder.inputs[0].shape[1:])

    @property
    def latent_shape(self) -> tuple[int, ...]:
        """The shape of one latent."""
        return tuple(self.decoder.inputs[0].shape[1:])

    @property
    def latent_size(self) -> int:
        """How many numbers a latent has."""
        return prod(self.latent_shape)

    @property
    def classes(self) -> int:
        """How many labels it is told apart; 0 without a condition."""
        return int(self.encoder.inputs[1].shape[1]) if len(self.encoder.inputs) > 1 else 0

    @property
    def variables(self) -> list[Any]:
        """All numbers that make it what it is: weights and the latent's state."""
        return [*self.encoder.variables, *self.decoder.variables, *self.head.state.values()]

    @property
    def trainable_variables(self) -> list[Any]:
        """The weights that gradients move."""
        return [*self.encoder.trainable_variables, *self.decoder.trainable_variables]

    def encoded(self, samples: Any, labels: Any = None, training: bool = False) -> Any:
        """Samples (batch, *sample_shape), one-hot labels (batch, classes) → what `latent` calls encoded."""
        return self.encoder(_tensors(samples, labels), training=training)

    def draw(self, encoded: Any, step: Step) -> Draw:
        """What the decoder is given for a batch while a loss is computed."""
        return self.latent.draw(encoded, self.head, step)

    def encode(self, samples: Any, labels: Any = None) -> Any:
        """Samples → the latents that represent them, (batch, *latent_shape), as a tensor."""
        return self.latent.mean(self.encoded(samples, labels))

    def decode(self, latents: Any, labels: Any = None, training: bool = False) -> Any:
        """Latents (batch, *latent_shape) → samples (batch, *sample_shape), as a tensor."""
        return self.decoder(_tensors(latents, labels), training=training)

    @property
    def batch_size(self) -> int:
        """How many samples go through at a time where nothing is learned: fewer where a layer makes much of them."""
        made = keras.tree.flatten([layer.output for layer in (*self.encoder.layers, *self.decoder.layers)])
        widest: int = max(prod(each.shape[1:]) for each in made)
        return min(1000, max(1, NUMBERS_AT_A_TIME // widest))

    def encode_all(self, samples: Floats, labels: Floats | None = None) -> Floats:
        """Any number of samples, with their one-hot labels where there is a condition → their latents, as an array."""
        found: Floats = in_batches(self.encode, self.batch_size, samples, labels)
        return found

    def decode_all(self, latents: Floats, labels: Floats | None = None) -> Floats:
        """Any number of latents → samples, as an array."""
        found: Floats = in_batches(self.decode, self.batch_size, latents, labels)
        return found

    def nearest(self, latents: Floats) -> Floats:
        """Any numbers, (count, *latent_shape) → the nearest that can be latents."""
        return np.asarray(self.latent.nearest(latents, self.head))


def both(numbers: Any, labels: Any) -> Any:
    """What an encoder or a decoder takes: numbers alone, or with labels."""
    return numbers if labels is None else [numbers, labels]


def _tensors(numbers: Any, labels: Any) -> Any:
    """The same of arrays, since Keras mixes them with tensors in no list."""
    return numbers if labels is None else [keras.ops.convert_to_tensor(each) for each in (numbers, labels)]


def in_batches(function: Callable[..., Any], size: int, *arrays: Any) -> Any:
    """A function of arrays of equal length, some rows at a time; an array may be None."""
    starts = range(0, len(arrays[0]), size)
    rows = ([None if array is None else array[start : start + size] for array in arrays] for start in starts)
    return np.concatenate([np.asarray(function(*some)) for some in rows])
