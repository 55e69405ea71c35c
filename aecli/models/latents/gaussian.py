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
        """By the reparameterisation trick: mean + exp(log_var / 2) · N(0, 1)."""
        z_mean, z_log_var = encoded[0], bounded(encoded[1])
        if step.draws == 1:
            return Draw(z_mean + ops.exp(0.5 * z_log_var) * noise.normal(ops.shape(z_mean), step.seed))
        drawn = noise.normal((step.draws, *ops.shape(z_mean)), step.seed)
        return Draw(ops.reshape(z_mean + ops.exp(0.5 * z_log_var) * drawn, (-1, self.dim)))

    def kl_per_dimension(self, encoded: Any) -> Any:
        """KL(N(mean, variance) ‖ N(0, 1)), in closed form."""
        z_mean, z_log_var = encoded[0], bounded(encoded[1])
        return 0.5 * (ops.square(z_mean) + ops.exp(z_log_var) - 1.0 - z_log_var)

    def log_prior_ratio(self, encoded: Any, drawn: Any) -> Any:
        """Of diagonal Gaussians, whose constants cancel."""
        z_mean, z_log_var = encoded[0], bounded(encoded[1])
        squares = ops.square(drawn - z_mean) * ops.exp(-z_log_var) - ops.square(drawn)
        return 0.5 * ops.sum(squares + z_log_var, axis=-1)


def bounded(z_log_var: Any) -> Any:
    """A log-variance between bounds; the gradient passes as if there were none, so that it finds its way back."""
    return tf.custom_gradient(lambda given: (tf.clip_by_value(given, *LOG_VARIANCES), lambda above: above))(
        tf.convert_to_tensor(z_log_var)
    )
