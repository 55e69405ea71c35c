"""What a model family is, and the registry that finds them all.

A new family is one new file in this folder:

    @MODELS.register
    class Mine(ModelSpec):
        type: Literal["mine"] = "mine"
        latent_dim: PositiveInt = 32

        def build(self, image_shape): ...
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from aecli.options import Options, Registry

if TYPE_CHECKING:
    from aecli.models.network.autoencoder import Autoencoder

MODELS: Registry[ModelSpec] = Registry("model", tag="type", package="aecli.models")


class ModelSpec(Options, ABC):
    """A model family with its hyperparameters: the `model:` section of a config."""

    @abstractmethod
    def build(self, image_shape: tuple[int, ...]) -> Autoencoder:
        """Builds the network with fresh weights.

        Args:
            image_shape: The shape of one image: (height, width) or (height, width, channels).

        Returns:
            Encoder and decoder; the decoder's output has the shape of the encoder's input.

        Raises:
            ConfigError: The family can't take images of that shape.
        """
