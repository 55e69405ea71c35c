"""Maximum mean discrepancy to a prior: Wasserstein autoencoders (Tolstikhin et al., 2018).

With a Gaussian latent it is InfoVAE without its KL divergence (Zhao et al., 2019).
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import PositiveFloat

from aecli.core.lazy import lazy
from aecli.models.latents.latent import Step
from aecli.objectives.distortion import Error
from aecli.objectives.objective import OBJECTIVES, Objective, Training, another
from aecli.training.loss import Terms, TrainingBatch

ops, noise, stacks = lazy("keras.ops"), lazy("aecli.core.noise"), lazy("aecli.models.layers")

SCALES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Widths of the inverse multiquadratic kernel, which are added up, beside the width that suits the prior."""


@OBJECTIVES.register
class Mmd(Objective):
    """Reconstruction, and how far the latents of all samples together are from N(0, 1).

    The distance is one number a batch, without bias: it can be below 0, and its spread depends on the batch size.
    """

    needs: ClassVar[frozenset[str]] = frozenset({"free"})
    prior: ClassVar[bool] = True

    type: Literal["mmd"] = "mmd"
    """Which objective."""

    loss: Error = "binary_crossentropy"
    """The error of a reconstruction; see `reconstruction`."""

    kernel: Literal["imq", "rbf"] = "imq"
    """What compares two latents: inverse multiquadratics of several widths, or one Gaussian."""

    weight: PositiveFloat = 1.0
    """Factor of the distance."""

    @property
    def charged(self) -> tuple[str, ...]:
        """Reconstruction and distance, with its factor."""
        return ("reconstruction", "mmd")

    def terms(self, training: Training, batch: TrainingBatch, step: Step) -> Terms:
        """The error, and the distance of the batch for each of its samples."""
        passed = training.through(batch, step)
        error = training.distortion.losses(batch.targets, passed.outputs, batch.weights)
        latents = stacks.rows(passed.draw.latent)
        prior = noise.normal(ops.shape(latents), another(step.seed))
        distance = discrepancy(latents, prior, batch.counted, self.kernel)
        terms = {"reconstruction": error, "mmd": self.weight * distance * ops.ones_like(error)}
        return Terms({**terms, **passed.draw.charges}, update=passed.draw.update)


def discrepancy(latents: Any, prior: Any, counted: Any, kernel: str = "imq") -> Any:
    """The squared maximum mean discrepancy of two sets of vectors, without bias: a U-statistic.

    Args:
        latents: (count, dimensions).
        prior: As many drawn from the prior.
        counted: 1 for each pair of them that counts, else 0, (count,).
        kernel: `imq` or `rbf`.

    Returns:
        One number; its mean is 0 where both sets have the same distribution.
    """
    count, others = ops.sum(counted), 1.0 - ops.eye(latents.shape[0] or ops.shape(latents)[0])
    pairs = counted[:, None] * counted[None, :]
    within = _kernel(latents, latents, kernel) + _kernel(prior, prior, kernel)
    inside = ops.sum(within * pairs * others) / ops.maximum(count * (count - 1.0), 1.0)
    return inside - 2.0 * ops.sum(_kernel(latents, prior, kernel) * pairs) / ops.square(count)


def _kernel(some: Any, others: Any, kernel: str) -> Any:
    """Each of some vectors compared with each of others, (count, count)."""
    squares = ops.sum(ops.square(some), axis=-1)[:, None] + ops.sum(ops.square(others), axis=-1)[None]
    distances = ops.maximum(squares - 2.0 * ops.matmul(some, ops.transpose(others)), 0.0)
    width = 2.0 * some.shape[-1]  # the mean squared distance of two draws from the prior
    if kernel == "rbf":
        return ops.exp(-distances / width)
    return sum(scale * width / (scale * width + distances) for scale in SCALES)
