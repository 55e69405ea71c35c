"""Vector quantisation: each vector becomes the nearest entry of a learned codebook (van den Oord et al., 2017).

In the encoder the choice is made of plain layers: a dense layer scores all entries (the nearest one has the highest
score, 2 z·e - |e|²), the best is made one-hot, and a second dense layer, whose kernel is the codebook, looks it up.
"""

from __future__ import annotations

from math import prod
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, NonNegativeFloat, PositiveInt

from aecli.core.lazy import lazy
from aecli.models.latents.latent import LATENTS, Draw, Head, Latent, Step

keras, ops, layers = lazy("keras"), lazy("keras.ops"), lazy("keras.layers")
noise, stacks = lazy("aecli.core.noise"), lazy("aecli.models.layers")

SMOOTHING = 1e-5
"""Added to the count of each entry, so that none is divided by nothing."""


@LATENTS.register
class Vq(Latent):
    """Entries of a codebook: one for each position of the network's maps, or for each of `tokens` vectors."""

    remedy: ClassVar[str] = "a smaller model.latent.codebook_size, or a higher model.latent.restart"

    type: Literal["vq"] = "vq"
    """Which latent."""

    codebook_size: Annotated[int, Field(ge=2, le=2**16)] = 128
    """Entries of the codebook."""

    dim: PositiveInt = 16
    """Numbers of an entry."""

    tokens: PositiveInt = 8
    """Vectors a sample, where the network's features are no maps; of maps each position is one."""

    commitment: NonNegativeFloat = 0.25
    """Factor of the squared distance of what is encoded to its entry, the mean over its numbers."""

    codebook: Literal["ema", "gradient"] = "ema"
    """How entries follow what they stand for: as a moving average of it, or by their own squared distance and
    the optimizer, as in the paper's main text."""

    decay: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.99
    """Of the moving averages, and of the counts of how often entries are used."""

    restart: NonNegativeFloat = 0.5
    """An entry that is used less often than so many times a step, as a moving average, starts again at a vector of
    the batch; at 0 none ever does."""

    @property
    def charged(self) -> tuple[str, ...]:
        """`commitment`, and `codebook` where it is learned by gradient."""
        return ("commitment",) if self.codebook == "ema" else ("commitment", "codebook")

    @property
    def codebook_entries(self) -> int:
        """As many as asked for."""
        return self.codebook_size

    def head(self, features: Any) -> Head:
        """Vectors, their scores, the best entry of each."""
        if len(features.shape) == 4:
            vectors = layers.Conv2D(self.dim, 1)(features)
        else:
            numbers = layers.Dense(self.tokens * self.dim)(stacks.flat(features))
            vectors = layers.Reshape((self.tokens, self.dim))(numbers)
        near = layers.Dense(self.codebook_size, trainable=False, dtype="float32", name="nearest")
        entries = layers.Dense(
            self.dim,
            use_bias=False,
            kernel_initializer=keras.initializers.RandomUniform(
                -1 / self.codebook_size, 1 / self.codebook_size
            ),
            trainable=self.codebook == "gradient",
            dtype="float32",
            name="codebook",
        )
        indices = _best(near(vectors))
        chosen = entries(ops.one_hot(indices, self.codebook_size))
        _score(near, entries.kernel)
        state = {
            "uses": keras.Variable(ops.ones(self.codebook_size), trainable=False, name="uses"),
            "sums": keras.Variable(entries.kernel, trainable=False, name="sums"),
        }
        return Head([chosen, vectors, indices], state, {"nearest": near, "codebook": entries})

    def indices(self, encoded: Any) -> Any:
        """The entry of each position, whole numbers from 0, (batch, *positions)."""
        return encoded[2]

    def draw(self, encoded: Any, head: Head, step: Step) -> Draw:
        """The entries; gradients pass them by, to what was encoded."""
        chosen, vectors, indices = encoded
        axes = tuple(range(1, len(vectors.shape)))
        fixed = ops.stop_gradient(chosen)
        away = ops.mean(ops.square(vectors - fixed), axis=axes)
        charges = {"commitment": self.commitment * away}
        if self.codebook == "gradient":
            charges["codebook"] = ops.mean(ops.square(chosen - ops.stop_gradient(vectors)), axis=axes)
        latent = vectors + ops.stop_gradient(fixed - vectors)

        def update() -> None:
            self._follow(vectors, indices, head, step)

        return Draw(latent, charges, update if step.training else None)

    def nearest(self, latents: Any, head: Head) -> Any:
        """The entries nearest to given vectors."""
        near, entries = head.layers["nearest"], head.layers["codebook"]
        return entries(ops.one_hot(_best(near(latents)), self.codebook_size))

    def _follow(self, vectors: Any, indices: Any, head: Head, step: Step) -> None:
        """Moves averages and entries, and starts unused ones again."""
        uses, sums, entries = head.state["uses"], head.state["sums"], head.layers["codebook"].kernel
        each = prod(indices.shape[1:])
        flat, counted = ops.reshape(vectors, (-1, self.dim)), ops.repeat(step.counted, each)
        taken = ops.one_hot(ops.reshape(indices, (-1,)), self.codebook_size) * counted[:, None]
        new_uses = self.decay * uses + (1 - self.decay) * ops.sum(taken, axis=0)
        new_sums = self.decay * sums + (1 - self.decay) * ops.matmul(ops.transpose(taken), flat)
        new = (
            new_sums / (new_uses + SMOOTHING)[:, None]
            if self.codebook == "ema"
            else ops.convert_to_tensor(entries)
        )
        if self.restart:
            # What fills a batch up stands at its end, so these positions are all of samples that count.
            positions = noise.uniform((self.codebook_size,), step.seed) * ops.sum(counted)
            fresh = ops.take(flat, ops.cast(positions, "int32"), axis=0)
            dead = (new_uses < self.restart)[:, None]
            new = ops.where(dead, fresh, new)
            new_sums = ops.where(dead, fresh, new_sums)
            new_uses = ops.where(dead[:, 0], 1.0, new_uses)
        uses.assign(new_uses)
        sums.assign(new_sums)
        entries.assign(new)
        _score(head.layers["nearest"], new)


def _best(scores: Any) -> Any:
    """The place of the highest score; Keras's argmax does more, which not every export format can hold."""
    return ops.top_k(scores, 1)[1][..., 0]


def _score(nearest: Any, entries: Any) -> None:
    """Makes the scoring layer that of these entries: 2 z·e - |e|²."""
    nearest.kernel.assign(2.0 * ops.transpose(entries))
    nearest.bias.assign(-ops.sum(ops.square(entries), axis=-1))
