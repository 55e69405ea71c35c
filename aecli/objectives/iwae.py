"""The importance-weighted bound (Burda, Grosse & Salakhutdinov, 2016)."""

from __future__ import annotations

from math import log
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from aecli.core.lazy import lazy
from aecli.models.latents.latent import Step
from aecli.objectives.distortion import Likelihood
from aecli.objectives.objective import OBJECTIVES, Objective, Training
from aecli.training.loss import Terms, TrainingBatch

ops = lazy("keras.ops")


@OBJECTIVES.register
class Iwae(Objective):
    """Minus the logarithm of the mean weight of several draws: a bound that is the tighter the more there are."""

    needs: ClassVar[frozenset[str]] = frozenset({"density"})
    prior: ClassVar[bool] = True
    error_option: ClassVar[str] = "likelihood"

    type: Literal["iwae"] = "iwae"
    """Which objective."""

    draws: Annotated[int, Field(ge=1, le=1000)] = 5
    """Draws of each sample in a step; with one it is the ELBO, by a draw alone."""

    likelihood: Likelihood = "bernoulli"
    """The distribution of each number around the output; see `elbo`."""

    @property
    def charged(self) -> tuple[str, ...]:
        """The mean reconstruction of the draws, and what the bound has on top of it."""
        return ("reconstruction", "regularisation")

    @property
    def latents_a_sample(self) -> int:
        """As many as asked for."""
        return self.draws

    def terms(self, training: Training, batch: TrainingBatch, step: Step) -> Terms:
        """Of weights p(x | z) p(z) / q(z | x), the logarithm of their mean."""
        passed, draws = training.through(batch, step), step.draws
        targets = ops.tile(batch.targets, (draws, *(1 for _ in batch.targets.shape[1:])))
        weights = None if batch.weights is None else ops.tile(batch.weights, (draws, 1))
        fits = ops.reshape(training.distortion.losses(targets, passed.outputs, weights), (draws, -1))
        bound = log(draws) - ops.logsumexp(passed.draw.prior_ratio - fits, axis=0)
        fit = ops.mean(fits, axis=0)
        terms = {"reconstruction": fit, "regularisation": bound - fit, **passed.draw.charges}
        return Terms(terms, update=passed.draw.update)
