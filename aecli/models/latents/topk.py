"""Top-k latents: only the strongest activations stay, all others are 0.

Across a sample (Makhzani & Frey, 2014; Gao et al., 2024), across a batch (Bussmann et al., 2024), or across the batch
for each unit: the lifetime sparsity of winner-take-all autoencoders (Makhzani & Frey, 2015).
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal, Self

from pydantic import NonNegativeFloat, PositiveInt, model_validator

from aecli.core.lazy import lazy
from aecli.models.latents.latent import LATENTS, Draw, Head, Latent, Step

keras, ops, layers, tf = lazy("keras"), lazy("keras.ops"), lazy("keras.layers"), lazy("tensorflow")
stacks = lazy("aecli.models.layers")

DECAY = 0.99
"""Of the moving averages: how often units fire, and the threshold of a batch."""

DEAD = 1e-3
"""A unit that fires for fewer samples than this share of them, as a moving average, is dead."""


@LATENTS.register
class TopK(Latent):
    """The strongest of many units: all but `k` activations are set to 0."""

    remedy: ClassVar[str] = "model.latent.revive=0.1, or a higher model.latent.k"

    type: Literal["topk"] = "topk"
    """Which latent."""

    dim: PositiveInt = 256
    """Units; each is a ReLU."""

    k: PositiveInt = 16
    """How many activations stay: units of each sample (`across: sample`), units a sample on average (`batch`), or
    samples of a batch for each unit (`unit`)."""

    across: Literal["sample", "batch", "unit"] = "sample"
    """Among which activations the strongest are looked for while training. Used on its own, a sample is encoded by
    its own `k` strongest units, by the threshold that the batches had, or (`unit`) by all its activations."""

    revive: NonNegativeFloat = 0.0
    """Factor of what dead units are charged for staying below the weakest activation that was kept: it pulls them
    back into use."""

    @model_validator(mode="after")
    def _has_so_many(self) -> Self:
        if self.across != "unit" and self.k > self.dim:
            raise ValueError(f"'k: {self.k}' of {self.dim} units can't be kept: lower it, or raise 'dim'")
        return self

    @property
    def sparse(self) -> bool:
        """Unless it is the units that are: `across: unit` leaves samples as they are outside of training."""
        return self.across != "unit"

    @property
    def charged(self) -> tuple[str, ...]:
        """`revival`, if there is one."""
        return ("revival",) if self.revive else ()

    def head(self, features: Any) -> Head:
        """One dense layer, and what of it stays when a sample stands alone."""
        linear = layers.Dense(self.dim)(stacks.flat(features))
        active = layers.ReLU()(linear)
        state = {"fired": keras.Variable(ops.ones(self.dim), trainable=False, name="fired")}
        if self.across == "sample":
            least = ops.top_k(active, self.k)[0][:, -1:]
            return Head([ops.where(active >= least, active, 0.0), linear], state)
        if self.across == "unit":
            return Head([active, linear], state)
        # A layer of Keras's own that holds one number, for any sample.
        threshold = layers.Embedding(1, 1, embeddings_initializer="zeros", trainable=False, name="threshold")
        least = ops.reshape(threshold(ops.zeros_like(active[:, :1], dtype="int32")), (-1, 1))
        return Head([ops.where(active >= least, active, 0.0), linear], state, {"threshold": threshold})

    def draw(self, encoded: Any, head: Head, step: Step) -> Draw:
        """What stays in this batch; without training, what stays of each sample alone."""
        kept, linear = encoded
        active = ops.relu(linear)
        least: Any = None
        if self.across != "sample" and step.training:
            active = active * step.counted[:, None]
            # In whole numbers: a product of floats may be rounded to one more.
            samples, size = ops.cast(ops.sum(step.counted), "int32"), ops.shape(step.counted)[0]
            count = -(-self.k * samples // size) if self.across == "unit" else self.k * samples
            least = at_least(active, count, axis=0 if self.across == "unit" else None)
            kept = ops.where(active >= least, active, 0.0)
        charges = {}
        if self.revive:
            highest = ops.max(kept, axis=-1, keepdims=True)
            weakest = ops.min(ops.where(kept > 0, kept, highest), axis=-1, keepdims=True)
            short = ops.relu(ops.stop_gradient(weakest) - linear) * ops.cast(
                head.state["fired"] < DEAD, "float32"
            )
            charges["revival"] = self.revive * ops.mean(short, axis=-1)

        def update() -> None:
            fires = ops.cast(kept > 0, "float32") * step.counted[:, None]
            rate = ops.sum(fires, axis=0) / ops.sum(step.counted)
            head.state["fired"].assign(DECAY * head.state["fired"] + (1 - DECAY) * rate)
            if self.across == "batch":
                threshold = head.layers["threshold"].embeddings
                # From the first batch on: a threshold of 0 would let everything pass for hundreds of steps.
                old = ops.where(threshold > 0, threshold, least)
                threshold.assign(DECAY * old + (1 - DECAY) * least)

        return Draw(kept, charges, update if step.training else None)

    def nearest(self, latents: Any, head: Head) -> Any:
        """As many of the strongest as a sample keeps."""
        active = ops.relu(latents)
        if self.across == "unit":
            return active
        return ops.where(active >= ops.top_k(active, self.k)[0][:, -1:], active, 0.0)


def at_least(values: Any, count: Any, axis: int | None) -> Any:
    """The highest bound that `count` values reach, or 0: found by halving, since compiled sorting is slow.

    Args:
        values: (samples, units), none negative.
        count: How many, a whole number.
        axis: Along which they are counted; all together with None.

    Returns:
        The bound, which broadcasts against `values`. Equal values are kept together.
    """
    # The bits of floats that aren't negative have the order of the floats.
    bits = tf.bitcast(values, tf.int32)
    low = tf.zeros_like(tf.reduce_min(bits, axis=axis, keepdims=True))
    for bit in range(30, -1, -1):
        tried = low + tf.constant(1 << bit, tf.int32)
        enough = tf.reduce_sum(tf.cast(bits >= tried, tf.int32), axis=axis, keepdims=True) >= count
        low = tf.where(enough, tried, low)
    return tf.bitcast(low, tf.float32)
