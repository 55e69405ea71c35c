"""What a latent is, and the registry that finds them all.

A new latent is one new file in this folder:

    @LATENTS.register
    class Mine(Latent):
        type: Literal["mine"] = "mine"
        dim: PositiveInt = 32

        def head(self, features): ...

"Encoded" is what the encoder puts out: the latent itself, or a list whose first entry is the latent that a sample
is represented by, and whose others are what draws and charges are computed from. All of it is made of Keras's own
layers, so that a saved encoder can be loaded without this package.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from aecli.core.options import Options, Registry

LATENTS: Registry[Latent] = Registry("latent", tag="type", package="aecli.models.latents")


@dataclass(frozen=True)
class Head:
    """The end of an encoder.

    Attributes:
        encoded: What the encoder puts out: a Keras tensor, or a list of them.
        state: Variables by name that training changes and that aren't weights of the encoder: running averages.
        layers: Layers of the encoder, by name, that training has to reach.
    """

    encoded: Any
    state: dict[str, Any] = field(default_factory=dict)
    layers: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Draw:
    """What the decoder is given for a batch, and what it costs.

    Attributes:
        latent: (draws · batch, *latent_shape), the first draw of all samples before the second.
        charges: What the latent of each sample costs, by name, (batch,) each: added to the loss.
        update: Changes the state, once the weights have moved; None where there is nothing to change.
        prior_ratio: Of what serves a `density`, log p(z) - log q(z | x) of each draw, in nats, (draws, batch): the
            prior N(0, 1) over the density that the encoder gives; else None.
    """

    latent: Any
    charges: dict[str, Any] = field(default_factory=dict)
    update: Callable[[], None] | None = None
    prior_ratio: Any = None


@dataclass(frozen=True)
class Step:
    """When a draw is made, and of what.

    Attributes:
        seed: Two whole numbers that decide all chance in it, as a tensor.
        counted: 1 for each sample, or 0 for what fills the batch up, (batch,).
        training: Whether weights are about to move.
        draws: How many draws of each sample.
    """

    seed: Any
    counted: Any
    training: bool
    draws: int = 1


class Latent(Options, ABC):
    """What stands between encoder and decoder: the `latent:` section of a model."""

    remedy: ClassVar[str] = "a lower training.optimizer.learning_rate"
    """What to try where most of the latent isn't used."""

    @property
    def serves(self) -> frozenset[str]:
        """What objectives can ask of the latent: see `aecli.objectives.objective.NEEDS`."""
        return frozenset()

    @property
    def needs_features(self) -> bool:
        """Whether the network's own features are the latent."""
        return False

    @property
    def needs_prior(self) -> bool:
        """Whether it is only worth something where the objective keeps it near a prior."""
        return False

    @property
    def sparse(self) -> bool:
        """Whether most numbers of a sample's code are meant to be 0, also outside of training."""
        return False

    @property
    def charged(self) -> tuple[str, ...]:
        """The names of what it charges."""
        return ()

    @abstractmethod
    def head(self, features: Any) -> Head:
        """The layers from a network's features to what is encoded.

        Args:
            features: Keras tensor, (batch, numbers) or (batch, rows, columns, channels).
        """

    def mean(self, encoded: Any) -> Any:
        """The latent that represents a sample, (batch, *latent_shape): deterministic, whatever its neighbours."""
        return encoded[0] if isinstance(encoded, list | tuple) else encoded

    def variance(self, encoded: Any) -> Any:
        """The variance of each latent dimension, (batch, *latent_shape); None where nothing is drawn."""

    def indices(self, encoded: Any) -> Any | None:
        """Of latents made of entries of a codebook, which entries; None for all others."""

    @property
    def codebook_entries(self) -> int:
        """How many entries its codebook has; 0 without one."""
        return 0

    def kl_per_dimension(self, encoded: Any) -> Any:
        """Of what serves a `density`, its KL divergence from N(0, 1) in nats, (batch, dimensions)."""
        raise NotImplementedError(f"{type(self).__name__} has no density")

    def draw(self, encoded: Any, head: Head, step: Step) -> Draw:
        """What the decoder is given while the loss is computed; by default what represents a sample.

        More than one draw is only asked of a latent that serves a `density`.
        """
        return Draw(self.mean(encoded))

    def nearest(self, latents: Any, head: Head) -> Any:
        """The possible latents that are nearest to given numbers, (count, *latent_shape); by default these."""
        return latents
