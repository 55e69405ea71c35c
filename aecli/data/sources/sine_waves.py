"""Sine waves, made up: sequences of which everything is known."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, NonNegativeFloat, model_validator

from aecli.core.memory import check_fits
from aecli.data.sources.source import DATA_SETS, DataSource, RawData

DRAWN_BYTES = 24
"""What a number takes while waves are drawn: it, its noise and their sum."""

TEST_FRACTION = 0.2
Frequency = Annotated[float, Field(gt=0.0)]


@DATA_SETS.register
class SineWaves(DataSource):
    """Made-up sequences: sine waves of any frequency and phase, 0.5 + 0.5 sin, a fifth of them to test on.

    A wave's label is the number of whole periods in it.
    """

    name: Literal["sine_waves"] = "sine_waves"
    """Which data set."""

    count: Annotated[int, Field(ge=5, le=1_000_000)] = 5000
    """How many waves there are, those to test on among them."""

    steps: Annotated[int, Field(ge=2, le=10_000)] = 50
    """Steps of each."""

    frequencies: tuple[Frequency, Frequency] = (1.0, 4.0)
    """The lowest and the highest frequency, in periods a wave; those between are equally likely."""

    noise: NonNegativeFloat = 0.0
    """Standard deviation of noise on each step; what leaves [0, 1] by it is clipped."""

    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    """Decides which waves there are. A seed of its own: runs that differ in the config's share them."""

    @model_validator(mode="after")
    def _in_reach(self) -> Self:
        low, high = self.frequencies
        if low > high:
            raise ValueError(f"frequencies: {list(self.frequencies)} must rise")
        if high > self.steps / 2:
            raise ValueError(
                f"frequencies: {self.steps} steps can't show more than {self.steps / 2:g} periods"
            )
        return self

    def draw(self) -> tuple[Any, Any, Any]:
        """Draws the waves.

        Returns:
            The waves, float32 in [0, 1], (count, steps, 1); their frequencies, (count,), in periods a wave;
            and their phases, (count,), in [0, 2π).
        """
        import numpy as np

        check_fits(
            DRAWN_BYTES * self.count * self.steps,
            f"data: {self.count:,} waves of {self.steps:,} steps",
            "Lower data.count or data.steps",
        )
        chance = np.random.default_rng(self.seed)
        frequencies = chance.uniform(*self.frequencies, self.count)
        phases = chance.uniform(0, 2 * np.pi, self.count)
        time = np.arange(self.steps) / self.steps
        waves = 0.5 + 0.5 * np.sin(2 * np.pi * frequencies[:, np.newaxis] * time + phases[:, np.newaxis])
        waves += self.noise * chance.standard_normal(waves.shape)
        return waves.clip(0, 1).astype(np.float32)[..., np.newaxis], frequencies, phases

    def read(self) -> RawData:
        """Draws the waves; the last ones are for testing."""
        from aecli.data.stored import Stored

        waves, frequencies, _ = self.draw()
        whole = Stored(waves, frequencies.astype(int))
        train = self.count - round(TEST_FRACTION * self.count)
        origin = f"{self.count:,} waves made up from the seed {self.seed}"
        return RawData(whole.take(slice(train)), whole.take(slice(train, None)), self, origin, "sequences")

    def whereabouts(self) -> str:
        """Nowhere: they are made up."""
        return "made up (no network needed)"
