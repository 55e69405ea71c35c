"""What a network is, and the registry that finds them all.

A new network is one new file in this folder:

    @NETWORKS.register
    class Mine(Network):
        type: Literal["mine"] = "mine"
        width: PositiveInt = 32

        def encode(self, sample, label): ...

        def decode(self, latent, label, sample_shape): ...

It knows nothing of latents and objectives, and goes with all of them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from aecli.core.options import OneOf, Options, Registry
from aecli.models.latents.latent import LATENTS, Latent
from aecli.models.latents.plain import Plain

NETWORKS: Registry[Network] = Registry("network", tag="type", package="aecli.models.networks")

Activation = Literal[
    "relu", "tanh", "sigmoid", "elu", "selu", "gelu", "silu", "leaky_relu", "softplus", "linear"
]
"""What follows a layer, by Keras's name."""


class Network(Options, ABC):
    """A network with its hyperparameters and its latent: the `model:` section of a config."""

    takes: ClassVar[tuple[str, ...]] = ("images", "sequences", "rows")
    """The kinds of data that the network can take; by default any, as one long row of numbers."""

    serves: ClassVar[frozenset[str]] = frozenset({"jacobian"})
    """What objectives can ask of the network: see `aecli.objectives.objective.NEEDS`."""

    latent: Annotated[Latent, OneOf(LATENTS, default_tag="plain")] = Field(default_factory=Plain)
    """What stands between encoder and decoder: a latent (`type`) and its options."""

    output: Literal["sigmoid", "linear"] = "sigmoid"
    """The decoder's last activation: a sigmoid for numbers in [0, 1], `linear` for numbers of any range."""

    condition: Literal["label"] | None = None
    """What encoder and decoder are told of a sample beside its numbers: its `label`, one-hot (Sohn et al., 2015).
    Nothing by default."""

    @property
    def has_features(self) -> bool:
        """Whether the encoder's last layer can be the latent itself, so that the latent needs no `dim`."""
        return True

    @abstractmethod
    def encode(self, sample: Any, label: Any | None) -> Any:
        """The body of the encoder.

        Args:
            sample: Keras tensor (batch, *sample_shape): of images (height, width) or (height, width, channels),
                of sequences (steps, features), of rows (numbers,).
            label: Keras tensor (batch, classes), one-hot; None without a condition.

        Returns:
            Features, (batch, numbers) or (batch, rows, columns, channels).

        Raises:
            ConfigError: The network can't take samples of that shape.
        """

    @abstractmethod
    def decode(self, latent: Any, label: Any | None, sample_shape: tuple[int, ...]) -> Any:
        """The decoder.

        Args:
            latent: Keras tensor (batch, *latent_shape): a vector, maps, or tokens (batch, tokens, numbers).
            label: As for `encode`.
            sample_shape: The shape of a sample.

        Returns:
            (batch, *sample_shape); see `aecli.models.layers.pixels`.
        """
