"""The total-correlation objective of β-TCVAE (Chen et al., 2018): the KL divergence in three parts."""

from __future__ import annotations

from math import log, pi
from typing import Any, ClassVar, Literal

from pydantic import NonNegativeFloat

from aecli.core.lazy import lazy
from aecli.models.latents.latent import Step
from aecli.objectives.distortion import Likelihood
from aecli.objectives.objective import OBJECTIVES, Objective, Training
from aecli.training.loss import Terms, TrainingBatch

ops = lazy("keras.ops")

NOTHING = -1e9
"""The logarithm of the weight of a sample that only fills a batch up."""


@OBJECTIVES.register
class Tc(Objective):
    """The negative ELBO with a factor on what latent dimensions know of one another, to disentangle them.

    The density of all latents is estimated from those of the batch, by minibatch weighted sampling; so the parts,
    those of test samples too, depend on the batch size, but their sum doesn't.
    """

    needs: ClassVar[frozenset[str]] = frozenset({"density"})
    prior: ClassVar[bool] = True
    error_option: ClassVar[str] = "likelihood"

    type: Literal["tc"] = "tc"
    """Which objective."""

    likelihood: Likelihood = "bernoulli"
    """The distribution of each number around the output; see `elbo`."""

    alpha: NonNegativeFloat = 1.0
    """Factor of the mutual information of sample and latent."""

    beta: NonNegativeFloat = 6.0
    """Factor of the total correlation of the latent dimensions."""

    gamma: NonNegativeFloat = 1.0
    """Factor of the KL divergence of each dimension by itself."""

    @property
    def charged(self) -> tuple[str, ...]:
        """Reconstruction, and the three parts with their factors."""
        return ("reconstruction", "mutual_information", "total_correlation", "dimension_kl")

    @property
    def shown(self) -> tuple[str, ...]:
        """`kl_divergence`, in nats, in closed form."""
        return ("kl_divergence",)

    def terms(self, training: Training, batch: TrainingBatch, step: Step) -> Terms:
        """Minus the likelihood of one draw, and the three parts."""
        passed, latent = training.through(batch, step), training.network.latent
        fit = training.distortion.losses(batch.targets, passed.outputs, batch.weights)
        drawn = passed.draw.latent
        mean, variance = latent.mean(passed.encoded), latent.variance(passed.encoded)
        own = ops.sum(_log_normal(drawn, mean, variance), axis=-1)
        prior = ops.sum(_log_normal(drawn, ops.zeros_like(drawn), ops.ones_like(drawn)), axis=-1)
        # log q of each drawn latent under each sample's Gaussian, (drawn, samples, dimensions).
        pairs = _log_normal(drawn[:, None], mean[None], variance[None])
        pairs = pairs + ops.where(batch.counted > 0, 0.0, NOTHING)[None, :, None]
        count = ops.log(ops.sum(batch.counted)) + log(training.samples)
        joint = ops.logsumexp(ops.sum(pairs, axis=-1), axis=1) - count
        product = ops.sum(ops.logsumexp(pairs, axis=1) - count, axis=-1)
        terms = {
            "reconstruction": fit,
            "mutual_information": self.alpha * (own - joint),
            "total_correlation": self.beta * (joint - product),
            "dimension_kl": self.gamma * (product - prior),
            **passed.draw.charges,
        }
        divergence = ops.sum(latent.kl_per_dimension(passed.encoded), axis=-1)
        return Terms(terms, {"kl_divergence": divergence}, update=passed.draw.update)


def _log_normal(drawn: Any, mean: Any, variance: Any) -> Any:
    """The logarithm of a Gaussian's density in each dimension."""
    return -0.5 * (ops.square(drawn - mean) / variance + ops.log(variance) + log(2 * pi))
