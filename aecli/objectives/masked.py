"""The masked autoencoder's objective: what was hidden is to be guessed from what wasn't (He et al., 2022)."""

from __future__ import annotations

from typing import ClassVar, Literal

from aecli.models.latents.latent import Step
from aecli.objectives.objective import OBJECTIVES, Objective, Training
from aecli.training.loss import Terms, TrainingBatch


@OBJECTIVES.register
class Masked(Objective):
    """How far a reconstruction is from the clean sample where the corruption hid it, and nowhere else."""

    needs: ClassVar[frozenset[str]] = frozenset({"hidden"})

    type: Literal["masked"] = "masked"
    """Which objective."""

    loss: Literal["binary_crossentropy", "mse", "mae", "huber"] = "mse"
    """The error of each hidden number, of which the mean is taken."""

    def terms(self, training: Training, batch: TrainingBatch, step: Step) -> Terms:
        """The error of what was hidden, and what the latent costs."""
        passed = training.through(batch, step)
        error = training.distortion.losses(batch.targets, passed.outputs, batch.weights, batch.hidden)
        return Terms({"reconstruction": error, **passed.draw.charges}, update=passed.draw.update)
