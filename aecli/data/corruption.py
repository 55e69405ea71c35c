"""Noise that a denoising autoencoder learns to remove (Vincent et al., 2008): a function of (samples, seed).

The same function serves the training step, the evaluation and the figures: the seed alone decides the
noise, in a compiled step as outside of one.
"""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from math import prod
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, PositiveInt, ValidationError

from aecli.core.options import Options, Registry

Place = tuple[int, int]
"""How many samples stand before some samples, and how many there are in all."""

CORRUPTIONS: Registry[Corruption] = Registry("corruption", tag="type", package="aecli.data.corruption")


class Corruption(Options, ABC):
    """Noise on the samples that go in; what should come out is the clean sample."""

    resample: bool = True
    """Draw new noise for each epoch. If false, each training sample keeps its noise, as in the post."""

    needs_bounds: ClassVar[bool]
    """Whether the noise only has a meaning for numbers in [0, 1]."""

    strength: ClassVar[str]
    """The name of the option that says how strong the noise is; at 0 there is none."""

    hides: ClassVar[bool] = False
    """Whether it hides numbers and leaves the others as they are."""

    @property
    def level(self) -> float:
        """How strong the noise is."""
        return float(getattr(self, self.strength))

    def at(self, level: float) -> Self:
        """The same noise at another level, which must lie in the option's range."""
        return type(self).model_validate({**self.model_dump(), self.strength: level})

    def levels(self, factors: Sequence[float]) -> list[float]:
        """The multiples of this level that lie in the option's range, rising, each once."""
        found = set()
        for level in (self.level * factor for factor in factors):
            with contextlib.suppress(ValidationError):
                found.add(self.at(level).level)
        return sorted(found)

    @abstractmethod
    def apply(self, samples: Any, seed: Any, place: Place | None = None) -> Any:
        """Corrupts samples.

        Args:
            samples: Tensor or array of floats in [0, 1], (batch, *sample_shape).
            seed: Two whole numbers; the same ones give the same noise.
            place: Where the samples stand in a larger array, whose noise they get.

        Returns:
            The corrupted samples as a tensor, in [0, 1], of the same shape.
        """

    def hidden(self, samples: Any, seed: Any, place: Place | None = None) -> Any:
        """What `apply` hides, of the same arguments; only where `hides` is true.

        Returns:
            float32 tensor of the samples' shape, 1.0 where a number is hidden and 0.0 elsewhere.
        """
        raise NotImplementedError(f"{type(self).__name__} hides nothing")


@CORRUPTIONS.register
class Gaussian(Corruption):
    """Adds Gaussian noise to each pixel and clips to [0, 1]."""

    needs_bounds: ClassVar[bool] = True
    strength: ClassVar[str] = "stddev"

    type: Literal["gaussian"] = "gaussian"
    """Which noise."""

    stddev: Annotated[float, Field(ge=0.0, le=10.0)] = 0.5
    """Standard deviation of the noise, on pixels in [0, 1]."""

    def apply(self, samples: Any, seed: Any, place: Place | None = None) -> Any:
        """Corrupts samples: `clip(x + stddev · N(0, 1), 0, 1)`."""
        import tensorflow as tf

        from aecli.core import noise

        return tf.clip_by_value(
            samples + self.stddev * noise.normal(tf.shape(samples), seed, _numbers(place, samples)), 0.0, 1.0
        )


@CORRUPTIONS.register
class SaltAndPepper(Corruption):
    """Sets a part of the pixels to black or white, half of it each."""

    needs_bounds: ClassVar[bool] = True
    strength: ClassVar[str] = "amount"

    type: Literal["salt_and_pepper"] = "salt_and_pepper"
    """Which noise."""

    amount: Annotated[float, Field(ge=0.0, le=1.0)] = 0.2
    """Part of the pixels that is hit, in [0, 1]."""

    def apply(self, samples: Any, seed: Any, place: Place | None = None) -> Any:
        """Corrupts samples: a pixel becomes 0 or 1, each with probability amount / 2."""
        import tensorflow as tf

        from aecli.core import noise

        chance = noise.uniform(tf.shape(samples), seed, _numbers(place, samples))
        peppered = tf.where(chance < self.amount / 2, 0.0, samples)
        return tf.where(chance >= 1 - self.amount / 2, 1.0, peppered)


@CORRUPTIONS.register
class Masking(Corruption):
    """Sets a part of the pixels to black, which is 0: each by itself, or squares of them (He et al., 2022)."""

    needs_bounds: ClassVar[bool] = False
    hides: ClassVar[bool] = True
    strength: ClassVar[str] = "fraction"

    type: Literal["masking"] = "masking"
    """Which noise."""

    fraction: Annotated[float, Field(ge=0.0, le=1.0)] = 0.3
    """Part of the pixels, or of the patches, that is hidden, in [0, 1]."""

    patch: PositiveInt = 1
    """Side of the squares that are hidden together, in pixels; smaller ones at the right and at the bottom if it
    doesn't divide the image. Of sequences and rows, how many steps or numbers in a row. From 2 on, exactly this
    fraction of a sample's patches is hidden, rounded; at 1 each number by itself with this probability."""

    def apply(self, samples: Any, seed: Any, place: Place | None = None) -> Any:
        """Corrupts samples: what is hidden becomes 0."""
        import tensorflow as tf

        return tf.where(self.hidden(samples, seed, place) > 0.0, 0.0, samples)

    def hidden(self, samples: Any, seed: Any, place: Place | None = None) -> Any:
        """What is hidden: all channels of a pixel together, unless each number is drawn by itself."""
        import numpy as np
        import tensorflow as tf

        from aecli.core import noise

        if self.patch == 1:
            chance = noise.uniform(tf.shape(samples), seed, _numbers(place, samples))
            return tf.cast(chance < self.fraction, tf.float32)
        sides = samples.shape[1:3]
        grid = [-(-side // self.patch) for side in sides]
        count, batch = prod(grid), tf.shape(samples)[0]
        part = None if place is None else (place[0] * count, place[1] * count)
        chance = noise.uniform(tf.stack([batch, count]), seed, part)
        mask = tf.reshape(_lowest(chance, round(self.fraction * count)), [batch, *grid])
        for axis, side in enumerate(sides, start=1):
            mask = tf.gather(mask, np.arange(side) // self.patch, axis=axis)
        return tf.broadcast_to(mask if len(samples.shape) < 4 else mask[..., tf.newaxis], tf.shape(samples))


def _lowest(chance: Any, count: int) -> Any:
    """Marks the `count` lowest numbers of each row, of equals the first.

    Bit by bit, the highest multiple of 2⁻²³ is sought below which there are fewer: XLA sorts slowly, and comparing
    each with each takes the square of the memory.

    Args:
        chance: As `aecli.core.noise.uniform` gives them, (rows, numbers).
        count: How many, from 0 to all.

    Returns:
        float32 tensor of zeros and ones, (rows, numbers).
    """
    import tensorflow as tf

    def below(bound: Any) -> Any:
        return tf.reduce_sum(tf.cast(chance < bound, tf.int32), axis=1, keepdims=True)

    bound = tf.zeros_like(chance[:, :1])
    for bit in range(1, 24):
        higher = bound + 2.0**-bit
        bound = tf.where(below(higher) < count, higher, bound)
    # All between the bound and the next multiple are equal.
    equal = tf.logical_and(chance >= bound, chance < bound + 2.0**-23)
    first = tf.cumsum(tf.cast(equal, tf.int32), axis=1) <= count - below(bound)
    return tf.cast(tf.logical_or(chance < bound, tf.logical_and(equal, first)), tf.float32)


def _numbers(place: Place | None, samples: Any) -> Place | None:
    """The same, counted in numbers."""
    if place is None:
        return None
    size = prod(samples.shape[1:])
    return place[0] * size, place[1] * size
