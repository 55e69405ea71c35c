"""What a model family is, and the registry that finds them all.

A new family is one new file in this folder:

    @MODELS.register
    class Mine(ModelSpec):
        type: Literal["mine"] = "mine"
        latent_dim: PositiveInt = 32

        def build(self, sample_shape): ...
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Literal

from aecli.core.options import Options, Registry

if TYPE_CHECKING:
    from aecli.models.network.autoencoder import Autoencoder

MODELS: Registry[ModelSpec] = Registry("model", tag="type", package="aecli.models")


class ModelSpec(Options, ABC):
    """A model family with its hyperparameters: the `model:` section of a config."""

    takes: ClassVar[tuple[str, ...]] = ("images", "sequences", "rows")
    """The kinds of data that the family can take; by default any, as one long row of numbers."""

    output: Literal["sigmoid", "linear"] = "sigmoid"
    """The decoder's last activation: a sigmoid for numbers in [0, 1], `linear` for numbers of any range."""

    @abstractmethod
    def build(self, sample_shape: tuple[int, ...]) -> Autoencoder:
        """Builds the network with fresh weights.

        Args:
            sample_shape: The shape of one sample: (height, width) or (height, width, channels); of a sequence,
                (steps, features); of a row, (numbers,).

        Returns:
            Encoder and decoder; the decoder's output has the shape of the encoder's input.

        Raises:
            ConfigError: The family can't take samples of that shape.
        """
