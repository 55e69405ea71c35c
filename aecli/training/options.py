"""The `training:` section of a config."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, NonNegativeFloat, PositiveInt, model_validator

from aecli.core.options import OneOf, Options
from aecli.training.optimizers import OPTIMIZERS, Adam, Optimizer
from aecli.training.schedules import SCHEDULES, Schedule


class EarlyStopping(Options):
    """Ends the training when the validation loss has stopped falling."""

    patience: PositiveInt = 5
    """Epochs without improvement before the training ends."""

    min_delta: NonNegativeFloat = 0.0
    """How much lower a loss must be to count as an improvement."""

    def says_stop(self, losses: Sequence[float]) -> bool:
        """Whether the training ends here.

        Args:
            losses: The validation loss of each epoch so far.
        """
        best, waited = float("inf"), 0
        for loss in losses:
            best, waited = (loss, 0) if loss < best - self.min_delta else (best, waited + 1)
        return waited >= self.patience


class Execution(Options):
    """How the training loop is run. It changes the speed and the last bits of the result, not the maths."""

    compile: bool | Literal["auto"] = "auto"
    """Compile the loop with XLA. By default where that pays: dense networks, and more than a few epochs."""

    chunk_steps: PositiveInt | Literal["auto"] = "auto"
    """Training steps between two looks at the clock and the keyboard; by default about half a second's."""


class TrainingOptions(Options):
    """How a network is trained."""

    epochs: Annotated[int, Field(ge=1, le=1_000_000)] = 50
    """Passes over the training samples."""

    batch_size: Annotated[int, Field(ge=1, le=1_000_000)] = 256
    """Images a step."""

    optimizer: Annotated[Optimizer, OneOf(OPTIMIZERS)] = Field(default_factory=Adam)
    """The optimizer of Keras (`type`) and its options."""

    precision: Literal["float32", "mixed_bfloat16"] = "float32"
    """What matrix products and convolutions are computed in while training. `mixed_bfloat16` rounds what goes
    into them to 8 bits of precision, which some processors do faster; weights and losses stay float32.
    Without XLA. docs/PERFORMANCE.md shows what it gains and costs."""

    schedule: Annotated[Schedule, OneOf(SCHEDULES)] | None = None
    """How the learning rate changes; constant by default."""

    early_stopping: EarlyStopping | None = None
    """When to end early; never by default. The best epoch is kept. Needs `data.validation_split`."""

    select_best: bool = False
    """Keep the epoch with the lowest validation loss for later use instead of the last one. Needs
    `data.validation_split`."""

    execution: Execution = Field(default_factory=Execution)
    """How the loop is run; resolved and written down at the start of a run."""

    @model_validator(mode="after")
    def _one_compiler(self) -> Self:
        if self.precision == "mixed_bfloat16" and self.execution.compile is True:
            raise ValueError("'precision: mixed_bfloat16' doesn't go with 'execution.compile: true'")
        return self

    @property
    def selects(self) -> bool:
        """Whether the best epoch is kept, and not just the last."""
        return self.select_best or self.early_stopping is not None
