"""The adversarial autoencoder (Makhzani et al., 2016): a discriminator can't tell latents from draws of the prior."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, PositiveFloat, PositiveInt

from aecli.core.lazy import lazy
from aecli.core.options import OneOf, Options
from aecli.models.latents.latent import Step
from aecli.objectives.distortion import Error
from aecli.objectives.objective import OBJECTIVES, Objective, Training, another
from aecli.training.loss import Terms, TrainingBatch
from aecli.training.optimizers import OPTIMIZERS, Adam, Optimizer

keras, ops, layers = lazy("keras"), lazy("keras.ops"), lazy("keras.layers")
noise, stacks = lazy("aecli.core.noise"), lazy("aecli.models.layers")


class Discriminator(Options):
    """The second player: it tells draws of the prior, which it calls 1, from latents, which it calls 0."""

    hidden: tuple[PositiveInt, ...] = (256, 256)
    """Sizes of its hidden layers, leaky ReLU."""

    optimizer: Annotated[Optimizer, OneOf(OPTIMIZERS, default_tag="adam")] = Field(
        default_factory=lambda: Adam(learning_rate=2e-4)
    )
    """Its optimizer (`type`) and the optimizer's options."""


@OBJECTIVES.register
class Adversarial(Objective):
    """Reconstruction, and a discriminator that the encoder learns to deceive: its latents look like N(0, 1)."""

    needs: ClassVar[frozenset[str]] = frozenset({"free"})
    prior: ClassVar[bool] = True

    type: Literal["adversarial"] = "adversarial"
    """Which objective."""

    loss: Error = "binary_crossentropy"
    """The error of a reconstruction; see `reconstruction`."""

    weight: PositiveFloat = 0.01
    """Factor of what the encoder pays for being found out, in nats a sample."""

    discriminator: Discriminator = Field(default_factory=Discriminator)
    """The discriminator and its optimizer."""

    @property
    def charged(self) -> tuple[str, ...]:
        """Reconstruction, and what being found out costs."""
        return ("reconstruction", "adversarial")

    @property
    def shown(self) -> tuple[str, ...]:
        """`discriminator`: its own loss, in nats; at 2 log 2 = 1.39 it tells nothing apart."""
        return ("discriminator",)

    def rival_network(self, latent_size: int) -> Any:
        """Latent → Dense … → the logarithm of the odds that it was drawn from the prior."""
        latent = keras.Input((latent_size,), name="latent")
        hidden = stacks.dense_stack(latent, self.discriminator.hidden, "leaky_relu")
        return keras.Model(latent, layers.Dense(1)(hidden), name="discriminator")

    def rival_optimizer(self) -> Any:
        """The discriminator's."""
        return self.discriminator.optimizer.make()

    def terms(self, training: Training, batch: TrainingBatch, step: Step) -> Terms:
        """The error, what being found out costs the encoder, and what deceit costs the discriminator."""
        passed = training.through(batch, step)
        error = training.distortion.losses(batch.targets, passed.outputs, batch.weights)
        latents, judge = stacks.rows(passed.draw.latent), training.discriminator
        prior = noise.normal(ops.shape(latents), another(step.seed))

        def odds(numbers: Any) -> Any:
            return judge(numbers, training=step.training)[:, 0]

        deceived = ops.softplus(-odds(latents))
        rival = ops.softplus(-odds(prior)) + ops.softplus(odds(ops.stop_gradient(latents)))
        terms = {"reconstruction": error, "adversarial": self.weight * deceived, **passed.draw.charges}
        return Terms(terms, {"discriminator": rival}, rival, passed.draw.update)
