"""A latent drawn from a diagonal Gaussian whose parameters the encoder gives (Kingma & Welling, 2014)."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import PositiveInt

from aecli.core.lazy import lazy
from aecli.models.latents.latent import LATENTS, Draw, Head, Latent, Step

tf, ops, layers = lazy("tensorflow"), lazy("keras.ops"), lazy("keras.layers")
noise, stacks = lazy("aecli.core.noise"), lazy("aecli.models.layers")

LOG_VARIANCES = (-30.0, 20.0)
"""Between these a log-variance is what the encoder says; what lies beyond would end in infinities."""


@LATENTS.register
class Gaussian(Latent):
    """A Gaussian over each sample's latents: mean and log-variance, as in a variational autoencoder."""

    remedy: ClassVar[str] = "objective.warmup=10, objective.free_bits=0.1, or a smaller objective.beta"

    type: Literal["gaussian"] = "gaussian"
    """Which latent."""

    dim: PositiveInt = 2
    """Latent dimensions; with 2 their plane can be drawn."""

    @property
    def serves(self) -> frozenset[str]:
        """It has a density, and no bounds."""
        return frozenset({"density", "free"})

    @property
    def needs_prior(self) -> bool:
        """Where nothing charges for it, the variance goes to nothing, and draws mean nothing."""
        return True

    def head(self, features: Any) -> Head:
        """Two dense layers beside one another."""
        vector = stacks.flat(features)
        return Head([layers.Dense(self.dim, name=name)(vector) for name in ("z_mean", "z_log_var")])

    def variance(self, encoded: Any) -> Any:
        """The variance of the Gaussian, (batch, dim)."""
        return ops.exp(bounded(encoded[1]))

    def draw(self, encoded: Any, head: Head, step: Step) -> Draw:
        """By the reparameterisation trick: mean + exp(log_var / 2) · ε, with ε of N(0, 1)."""
        z_mean, z_log_var = encoded[0], bounded(encoded[1])
        shape = ops.shape(z_mean) if step.draws == 1 else (step.draws, *ops.shape(z_mean))
        chance = noise.normal(shape, step.seed)
        drawn = z_mean + ops.exp(0.5 * z_log_var) * chance
        # By ε, and not by (z - mean) / σ, of which float32 leaves nothing where the mean is far out.
        ratio = 0.5 * ops.sum(ops.square(chance) - ops.square(drawn) + z_log_var, axis=-1)
        return Draw(
            ops.reshape(drawn, (-1, z_mean.shape[-1])), prior_ratio=ops.reshape(ratio, (step.draws, -1))
        )

    def kl_per_dimension(self, encoded: Any) -> Any:
        """KL(N(mean, variance) ‖ N(0, 1)), in closed form."""
        z_mean, z_log_var = encoded[0], bounded(encoded[1])
        return 0.5 * (ops.square(z_mean) + ops.exp(z_log_var) - 1.0 - z_log_var)


def bounded(z_log_var: Any) -> Any:
    """A log-variance between bounds; the gradient passes as if there were none, so that it finds its way back."""
    return tf.custom_gradient(lambda given: (tf.clip_by_value(given, *LOG_VARIANCES), lambda above: above))(
        tf.convert_to_tensor(z_log_var)
    )
