"""Learning rates that change from epoch to epoch.

A schedule is a pure function of the epochs before: it keeps no counters, so a resumed run goes on exactly.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveInt

from aecli.core.options import Options, Registry

SCHEDULES: Registry[Schedule] = Registry(
    "learning-rate schedule", tag="type", package="aecli.training.schedules"
)

Factor = Annotated[float, Field(gt=0.0, lt=1.0)]


class Schedule(Options, ABC):
    """How the learning rate changes over a run."""

    monitors_validation: ClassVar[bool] = False
    """Whether it looks at validation losses, and so needs held-out samples."""

    @abstractmethod
    def learning_rate(self, base: float, epoch: int, epochs: int, losses: Sequence[float]) -> float:
        """The learning rate of an epoch.

        Args:
            base: The optimizer's own rate.
            epoch: The epoch, from 0.
            epochs: How many epochs the run has in all.
            losses: The validation loss of each epoch before this one.
        """


@SCHEDULES.register
class Exponential(Schedule):
    """Multiplies the rate by a factor after each epoch."""

    type: Literal["exponential"] = "exponential"
    """Which schedule."""

    factor: Factor = 0.95
    """What the rate is multiplied by, in (0, 1)."""

    def learning_rate(self, base: float, epoch: int, epochs: int, losses: Sequence[float]) -> float:
        """The rate of an epoch: `base · factorᵉᵖᵒᶜʰ`."""
        return base * self.factor**epoch


@SCHEDULES.register
class Cosine(Schedule):
    """Rises linearly over the warm-up epochs, then falls along a half cosine (Loshchilov & Hutter, 2017)."""

    type: Literal["cosine"] = "cosine"
    """Which schedule."""

    warmup_epochs: NonNegativeInt = 0
    """Epochs over which the rate rises to the optimizer's own."""

    final_fraction: Annotated[float, Field(ge=0.0, le=1.0)] = 0.0
    """The rate at the end, as a part of the optimizer's own."""

    def learning_rate(self, base: float, epoch: int, epochs: int, losses: Sequence[float]) -> float:
        """The rate of an epoch; the last one stands one step before the end of the cosine."""
        if epoch < self.warmup_epochs:
            return base * (epoch + 1) / (self.warmup_epochs + 1)
        progress = (epoch - self.warmup_epochs) / max(epochs - self.warmup_epochs, 1)
        cosine = 0.5 * (1.0 + math.cos(math.pi * min(progress, 1.0)))
        return base * (self.final_fraction + (1.0 - self.final_fraction) * cosine)


@SCHEDULES.register
class Plateau(Schedule):
    """Lowers the rate when the validation loss has stopped falling."""

    monitors_validation = True

    type: Literal["plateau"] = "plateau"
    """Which schedule."""

    factor: Factor = 0.5
    """What the rate is multiplied by, in (0, 1)."""

    patience: PositiveInt = 3
    """Epochs without improvement before the rate is lowered."""

    min_delta: NonNegativeFloat = 0.0
    """How much lower a loss must be to count as an improvement."""

    minimum: NonNegativeFloat = 0.0
    """The rate is never lowered below this."""

    def learning_rate(self, base: float, epoch: int, epochs: int, losses: Sequence[float]) -> float:
        """The rate of an epoch, from the validation losses of those before it."""
        best, waited, rate = math.inf, 0, base
        for loss in losses[:epoch]:
            if loss < best - self.min_delta:
                best, waited = loss, 0
            else:
                waited += 1
                if waited >= self.patience:
                    rate, waited = max(rate * self.factor, min(self.minimum, rate)), 0
        return rate
