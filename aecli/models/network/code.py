"""Between encoder and decoder: how an encoder's output becomes a code, and what the code costs."""

from dataclasses import dataclass
from typing import Any, Protocol

from keras import ops

from aecli.core import noise


class Code(Protocol):
    """The bottleneck of an autoencoder. It has no weights.

    "Encoded" is what the encoder puts out; a code is what the decoder takes in, (batch, *latent_shape).
    """

    @property
    def penalty_weights(self) -> dict[str, float]:
        """The names of the penalties, each with its factor in the total loss."""

    def mean(self, encoded: Any) -> Any:
        """The code that represents a sample: deterministic."""

    def variance(self, encoded: Any) -> Any | None:
        """The variance of each number of the code; None where the encoder gives none."""

    def draw(self, encoded: Any, seed: Any) -> Any:
        """The code that the loss is computed with; `seed` is two whole numbers."""

    def penalties(self, encoded: Any) -> dict[str, Any]:
        """What the code of each sample costs, by name: tensors of shape (batch,), before their factors."""


@dataclass(frozen=True)
class PlainCode:
    """A code as the encoder gives it, with an optional L1 penalty on its activity.

    Attributes:
        activity_l1: The factor of the sum of a code's absolute values, at least 0. The penalty is summed
            over the code and averaged over the batch, as Keras's `activity_regularizer=L1(…)` does.
    """

    activity_l1: float = 0.0

    @property
    def penalty_weights(self) -> dict[str, float]:
        """`activity_penalty`, which has its factor in it already; nothing without a factor."""
        return {"activity_penalty": 1.0} if self.activity_l1 else {}

    def mean(self, encoded: Any) -> Any:
        """The encoder's output itself."""
        return encoded

    def variance(self, encoded: Any) -> None:
        """None: a code is what it is."""

    def draw(self, encoded: Any, seed: Any) -> Any:
        """The encoder's output itself."""
        return encoded

    def penalties(self, encoded: Any) -> dict[str, Any]:
        """`activity_l1` times the L1 norm of each code."""
        if not self.activity_l1:
            return {}
        axes = tuple(range(1, len(encoded.shape)))
        return {"activity_penalty": self.activity_l1 * ops.sum(ops.abs(encoded), axis=axes)}


@dataclass(frozen=True)
class GaussianCode:
    """A code drawn from a diagonal Gaussian whose parameters the encoder gives (Kingma & Welling, 2014).

    The encoder puts out a pair `(z_mean, z_log_var)`, each (batch, latent_dim); `z_log_var` is the
    logarithm of the variance, in the draw and in the KL divergence alike.

    Attributes:
        beta: The factor of the KL divergence (Higgins et al., 2017); 1 gives the negative ELBO.
    """

    beta: float = 1.0

    @property
    def penalty_weights(self) -> dict[str, float]:
        """`kl`, the divergence from the prior in nats per sample, times beta."""
        return {"kl": self.beta}

    def mean(self, encoded: Any) -> Any:
        """The mean of the Gaussian."""
        return encoded[0]

    def variance(self, encoded: Any) -> Any:
        """The variance of the Gaussian, (batch, latent_dim)."""
        return ops.exp(encoded[1])

    def draw(self, encoded: Any, seed: Any) -> Any:
        """One draw by the reparameterisation trick: mean + exp(log_var / 2) · N(0, 1)."""
        z_mean, z_log_var = encoded
        return z_mean + ops.exp(0.5 * z_log_var) * noise.normal(ops.shape(z_mean), seed)

    def penalties(self, encoded: Any) -> dict[str, Any]:
        """KL(N(mean, variance) ‖ N(0, 1)), summed over the latent dimensions."""
        return {"kl": ops.sum(self.kl_per_dimension(encoded), axis=-1)}

    def kl_per_dimension(self, encoded: Any) -> Any:
        """KL(N(mean, variance) ‖ N(0, 1)) of each latent dimension, (batch, latent_dim)."""
        z_mean, z_log_var = encoded
        return 0.5 * (ops.square(z_mean) + ops.exp(z_log_var) - 1.0 - z_log_var)

    def log_prior_ratio(self, encoded: Any, codes: Any) -> Any:
        """Of drawn codes, log p(z) - log q(z | x): the prior over the encoder's Gaussian, (batch,)."""
        z_mean, z_log_var = encoded
        squares = ops.square(codes - z_mean) * ops.exp(-z_log_var) - ops.square(codes)
        return 0.5 * ops.sum(squares + z_log_var, axis=-1)
