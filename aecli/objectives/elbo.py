"""The evidence lower bound (Kingma & Welling, 2014; Rezende et al., 2014), with what makes training it robust.

The post's VAE is wrong in two places that ours departs from: `z_log_var` is a log-variance in the draw as in the KL
divergence; and the reconstruction is summed over the numbers of a sample as the KL is over the latent dimensions, so
that the loss is the negative ELBO in nats (the post averages over 784 pixels but over 2 dimensions, which weights
the KL 392 times too high).
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, NonNegativeFloat

from aecli.core.lazy import lazy
from aecli.models.latents.latent import Step
from aecli.objectives.distortion import Likelihood
from aecli.objectives.objective import OBJECTIVES, Objective, Training
from aecli.training.loss import Terms, TrainingBatch

ops = lazy("keras.ops")


@OBJECTIVES.register
class Elbo(Objective):
    """The negative evidence lower bound of a variational autoencoder: reconstruction plus KL divergence."""

    needs: ClassVar[frozenset[str]] = frozenset({"density"})
    prior: ClassVar[bool] = True
    error_option: ClassVar[str] = "likelihood"

    type: Literal["elbo"] = "elbo"
    """Which objective."""

    likelihood: Likelihood = "bernoulli"
    """The distribution of each number around the output; the standard deviation of `gaussian` is one number that is
    learned with the weights (Rybkin et al., 2021)."""

    beta: NonNegativeFloat = 1.0
    """Factor of the KL divergence (Higgins et al., 2017); 1 gives the negative ELBO."""

    warmup: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    """Epochs over which the KL divergence is charged step by step, from nothing in the first to `beta` after them
    (Bowman et al., 2016). The loss of test and validation samples always has it in full."""

    free_bits: NonNegativeFloat = 0.0
    """Nats of each latent dimension's mean KL divergence that are charged whether used or not, so that using them
    is free (Kingma et al., 2016)."""

    @property
    def charged(self) -> tuple[str, ...]:
        """Reconstruction and KL divergence."""
        return ("reconstruction", "kl")

    @property
    def shown(self) -> tuple[str, ...]:
        """`kl_divergence`, in nats, where what is charged isn't just that."""
        plain = self.beta == 1 and not self.warmup and not self.free_bits
        return () if plain else ("kl_divergence",)

    @property
    def total_metric(self) -> str | None:
        """The negative ELBO, where it isn't weighted: test samples are charged in full during a warmup, too."""
        return "likelihood.negative_elbo" if self.beta == 1 and not self.free_bits else None

    def terms(self, training: Training, batch: TrainingBatch, step: Step) -> Terms:
        """Minus the likelihood of one draw, and the KL divergence in closed form."""
        passed = training.through(batch, step)
        fit = training.distortion.losses(batch.targets, passed.outputs, batch.weights)
        of_dimensions = training.network.latent.kl_per_dimension(passed.encoded)
        divergence = ops.sum(of_dimensions, axis=-1)
        charged = divergence
        if self.free_bits:
            counted = batch.counted[:, None]
            mean = ops.sum(of_dimensions * counted, axis=0) / ops.sum(counted)
            charged = ops.sum(ops.where(mean > self.free_bits, of_dimensions, self.free_bits), axis=-1)
        charged = self._factor(training, step) * charged if self.shown else charged
        terms = {"reconstruction": fit, "kl": charged, **passed.draw.charges}
        return Terms(terms, dict.fromkeys(self.shown, divergence), update=passed.draw.update)

    def _factor(self, training: Training, step: Step) -> Any:
        """What the KL divergence is charged times."""
        if not self.warmup or not step.training:
            return self.beta
        return self.beta * ops.minimum(training.epoch / self.warmup, 1.0)
