"""A latent as the network gives it, with an optional penalty that makes it sparse."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import NonNegativeFloat, PositiveInt

from aecli.core.lazy import lazy
from aecli.models.latents.latent import LATENTS, Draw, Head, Latent, Step

ops, layers, stacks = lazy("keras.ops"), lazy("keras.layers"), lazy("aecli.models.layers")


@LATENTS.register
class Plain(Latent):
    """Numbers as the encoder gives them: the network's own features, or a layer of `dim` numbers."""

    remedy: ClassVar[str] = "a lower training.optimizer.learning_rate, or a lower model.latent.activity_l1"

    type: Literal["plain"] = "plain"
    """Which latent."""

    dim: PositiveInt | None = None
    """How many numbers the latent has; by default it is the network's own features."""

    activation: Literal["relu", "tanh", "sigmoid", "linear"] = "relu"
    """What follows the layer of `dim` numbers; after a ReLU none is negative."""

    activity_l1: NonNegativeFloat = 0.0
    """Factor of the L1 penalty on the latent: above 0 (the post: 1e-4) most of its numbers become 0. It is
    summed over the latent and averaged over the batch, as Keras's `activity_regularizer=L1(…)` does."""

    @property
    def serves(self) -> frozenset[str]:
        """A latent that can take any value can follow a prior."""
        free = self.dim is not None and self.activation == "linear"
        return frozenset({"smooth", "free"} if free else {"smooth"})

    @property
    def needs_features(self) -> bool:
        """Without a size of its own."""
        return self.dim is None

    @property
    def sparse(self) -> bool:
        """Where it is charged for what isn't 0."""
        return self.activity_l1 > 0

    @property
    def charged(self) -> tuple[str, ...]:
        """`activity_penalty`, if there is one."""
        return ("activity_penalty",) if self.activity_l1 else ()

    def head(self, features: Any) -> Head:
        """The features, or one dense layer after them."""
        if self.dim is None:
            return Head(features)
        return Head(layers.Dense(self.dim, activation=self.activation)(stacks.flat(features)))

    def draw(self, encoded: Any, head: Head, step: Step) -> Draw:
        """The latent itself; it costs `activity_l1` times its L1 norm."""
        charges = {}
        if self.activity_l1:
            axes = tuple(range(1, len(encoded.shape)))
            charges["activity_penalty"] = self.activity_l1 * ops.sum(ops.abs(encoded), axis=axes)
        return Draw(encoded, charges)
