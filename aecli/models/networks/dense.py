"""Fully connected encoder and decoder (Hinton & Salakhutdinov, 2006)."""

from __future__ import annotations

from math import prod
from typing import Annotated, Any, Literal

from pydantic import Field, PositiveInt

from aecli.core.lazy import lazy
from aecli.core.options import OneOf
from aecli.models.latents.latent import LATENTS, Latent
from aecli.models.latents.plain import Plain
from aecli.models.networks.network import NETWORKS, Activation, Network

keras, stacks = lazy("keras"), lazy("aecli.models.layers")


@NETWORKS.register
class Dense(Network):
    """Fully connected encoder and decoder."""

    type: Literal["dense"] = "dense"
    """Which network."""

    latent: Annotated[Latent, OneOf(LATENTS, default_tag="plain")] = Field(
        default_factory=lambda: Plain(dim=32)
    )
    """What stands between encoder and decoder; by default 32 numbers after a ReLU."""

    hidden: tuple[PositiveInt, ...] = ()
    """Sizes of the hidden layers between sample and latent; the decoder mirrors them. None by default."""

    activation: Activation = "relu"
    """What follows each hidden layer."""

    @property
    def has_features(self) -> bool:
        """Without a hidden layer there are none."""
        return bool(self.hidden)

    def encode(self, sample: Any, label: Any | None) -> Any:
        """Sample → Dense, as often as there are sizes."""
        flat = stacks.with_label(keras.layers.Flatten()(sample), label)
        return stacks.dense_stack(flat, self.hidden, self.activation)

    def decode(self, latent: Any, label: Any | None, sample_shape: tuple[int, ...]) -> Any:
        """Latent → Dense … → as many numbers as a sample has."""
        flat = stacks.with_label(stacks.flat(latent), label)
        # The last layer is made first, and so are its weights: the order that seeded runs have always had.
        numbers = keras.layers.Dense(prod(sample_shape))(
            stacks.dense_stack(flat, self.hidden[::-1], self.activation)
        )
        return stacks.pixels(numbers, sample_shape, self.output)
