"""The plain autoencoder's objective: what comes out should be what should come out."""

from __future__ import annotations

from typing import Literal

from aecli.models.latents.latent import Step
from aecli.objectives.distortion import Error
from aecli.objectives.objective import OBJECTIVES, Objective, Training
from aecli.training.loss import Terms, TrainingBatch


@OBJECTIVES.register
class Reconstruction(Objective):
    """How far a reconstruction is from the clean sample."""

    type: Literal["reconstruction"] = "reconstruction"
    """Which objective."""

    loss: Error = "binary_crossentropy"
    """The error: of each number the cross-entropy in nats, its square, its absolute value or both (`huber`); or of
    each image 1 - SSIM."""

    def terms(self, training: Training, batch: TrainingBatch, step: Step) -> Terms:
        """The error, and what the latent costs."""
        passed = training.through(batch, step)
        error = training.distortion.losses(batch.targets, passed.outputs, batch.weights)
        return Terms({"reconstruction": error, **passed.draw.charges}, update=passed.draw.update)
