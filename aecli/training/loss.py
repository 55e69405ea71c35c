"""What the trainer asks of a loss: terms of each sample, and whose weights they move."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class TrainingBatch:
    """What a step is shown, as tensors.

    Attributes:
        inputs: (batch, *sample_shape).
        targets: Of the same shape.
        counted: 1 for each sample, or 0 for what fills the last batch up, (batch,).
        weights: Of the steps of padded sequences, 1 for each real one and 0 for padding, (batch, steps); None where
            nothing is padded.
        labels: One-hot, (batch, classes); None without a condition.
        hidden: 1 for each number of the inputs that a corruption hid, else 0; None where none hides any.
    """

    inputs: Any
    targets: Any
    counted: Any
    weights: Any = None
    labels: Any = None
    hidden: Any = None


@dataclass(frozen=True)
class Terms:
    """What the samples of a batch cost, (batch,) each.

    Attributes:
        charged: By name; what they add up to is minimised.
        shown: By name; what is only watched.
        rival: What a second player minimises, with weights of its own; None without one.
        update: Changes what isn't learned by gradient, once the weights have moved; None where nothing is.
    """

    charged: dict[str, Any]
    shown: dict[str, Any] = field(default_factory=dict)
    rival: Any = None
    update: Callable[[], None] | None = None

    @property
    def total(self) -> Any:
        """What is minimised."""
        first, *others = self.charged.values()
        return sum(others, start=first)

    def by_name(self) -> dict[str, Any]:
        """All of them, in the order in which they are logged."""
        return {**self.charged, **self.shown, "total": self.total}


@dataclass(frozen=True)
class Rival:
    """A second player.

    Attributes:
        variables: The weights that its loss moves.
        optimizer: A Keras optimizer of its own, built.
    """

    variables: Sequence[Any]
    optimizer: Any


class Loss(Protocol):
    """A network under an objective."""

    @property
    def names(self) -> list[str]:
        """The names of the terms, in the order in which they are logged; the last one is `total`."""

    @property
    def trainable_variables(self) -> list[Any]:
        """The weights that the total moves."""

    @property
    def variables(self) -> list[Any]:
        """All that a training changes but optimizers' own: weights, averages, a second player's weights."""

    @property
    def learned(self) -> dict[str, float]:
        """Numbers of the loss itself that training has learned, by name: they are logged after each epoch."""

    @property
    def rival(self) -> Rival | None:
        """The second player; None without one."""

    def begin_epoch(self, epoch: int) -> None:
        """Says which epoch comes, from 0."""

    def terms(self, batch: TrainingBatch, seed: Any, *, training: bool) -> Terms:
        """What the samples of a batch cost.

        Args:
            batch: The samples.
            seed: Two whole numbers that decide all chance in it, as a tensor.
            training: Whether weights are about to move. What isn't charged in full from the start, such as a KL
                divergence that is warmed up, is charged in full where they aren't.
        """
