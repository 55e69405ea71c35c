"""What is measured: a trained run's network with a test split sent through it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aecli.data.splits import DataSet
from aecli.evaluation.reconstruction import Form
from aecli.examples import evaluation_examples
from aecli.models.network.autoencoder import Autoencoder
from aecli.trained import TrainedRun

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Subject:
    """A network at work on a test split.

    Attributes:
        run: The run.
        data: The data; its test split is what is measured on, its training split what probes learn from.
        train_images: The images that the run's network was trained on: what floors may learn from.
        inputs: The test images as they go in, (images, *image_shape): corrupted where the run corrupts.
        codes: Their mean codes, (images, numbers of a code).
        outputs: The reconstructions by the mean code, (images, *image_shape).
    """

    run: TrainedRun
    data: DataSet
    train_images: Floats
    inputs: Floats
    codes: Floats
    outputs: Floats

    @classmethod
    def of(cls, run: TrainedRun, data: DataSet, train_images: Floats) -> Subject:
        """Sends a test split through a run's network."""
        inputs = evaluation_examples(run.config, data.test).inputs
        codes = run.network.encode_all(inputs)
        return cls(
            run, data, train_images, inputs, codes.reshape(len(codes), -1), run.network.decode_all(codes)
        )

    @property
    def images(self) -> Floats:
        """The clean test images, (images, *image_shape)."""
        return self.data.test.images

    @property
    def form(self) -> Form:
        """What the images are."""
        bounded = self.data.scaling.bounds is not None
        return Form(self.data.kind, bounded, self.data.test.weights)

    @property
    def network(self) -> Autoencoder:
        """The trained network."""
        return self.run.network

    @property
    def seed(self) -> int:
        """The run's seed."""
        return self.run.config.seed
