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

from pydantic import Field, ValidationError

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
    """Sets a part of the pixels to black, which is 0."""

    needs_bounds: ClassVar[bool] = False
    strength: ClassVar[str] = "fraction"

    type: Literal["masking"] = "masking"
    """Which noise."""

    fraction: Annotated[float, Field(ge=0.0, le=1.0)] = 0.3
    """Part of the pixels that is hidden, in [0, 1]."""

    def apply(self, samples: Any, seed: Any, place: Place | None = None) -> Any:
        """Corrupts samples: a pixel becomes 0 with probability `fraction`."""
        import tensorflow as tf

        from aecli.core import noise

        chance = noise.uniform(tf.shape(samples), seed, _numbers(place, samples))
        return tf.where(chance < self.fraction, 0.0, samples)


def _numbers(place: Place | None, samples: Any) -> Place | None:
    """The same, counted in numbers."""
    if place is None:
        return None
    size = prod(samples.shape[1:])
    return place[0] * size, place[1] * size
