"""What is measured: a trained run's network with a test split sent through it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aecli.data.examples import evaluation_examples
from aecli.data.splits import DataSet
from aecli.evaluation.reconstruction import Form
from aecli.models.autoencoder import Autoencoder
from aecli.objectives.distortion import NOUNS
from aecli.runs.opened import OpenedRun

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Subject:
    """A network at work on a test split.

    Attributes:
        run: The run.
        data: The data; its test split is what is measured on, its training split what probes learn from.
        train_samples: The samples that the run's network was trained on: what baselines may learn from; an
            array, or what stands in for one and gives arrays of some rows.
        inputs: The test samples as they go in, (samples, *sample_shape): corrupted where the run corrupts.
        labels: Where the network has a condition, their labels, one-hot, (samples, classes); else None.
        hidden: 1 for each number of the inputs that a corruption hid, else 0, of their shape; None where none does.
        codes: Their mean codes, (samples, numbers of a code).
        outputs: The reconstructions by the mean code, (samples, *sample_shape).
    """

    run: OpenedRun
    data: DataSet
    train_samples: Floats
    inputs: Floats
    labels: Floats | None
    hidden: Floats | None
    codes: Floats
    outputs: Floats

    @classmethod
    def of(cls, run: OpenedRun, data: DataSet, train_samples: Floats) -> Subject:
        """Sends a test split through a run's network."""
        examples = evaluation_examples(run.config.corruption, run.config.seed, data.test, run.classes)
        inputs, labels = examples.inputs, examples.labels
        codes = run.network.encode_all(inputs, labels)
        outputs = run.network.decode_all(codes, labels)
        return cls(
            run, data, train_samples, inputs, labels, examples.hidden, codes.reshape(len(codes), -1), outputs
        )

    @property
    def samples(self) -> Floats:
        """The clean test samples, (samples, *sample_shape)."""
        return self.data.test.samples

    @property
    def form(self) -> Form:
        """What the samples are."""
        bounded = self.data.scaling.bounds is not None
        return Form(self.data.kind, bounded, self.data.test.weights)

    @property
    def noun(self) -> str:
        """What a sample is called: `image`, `sequence` or `row`."""
        return NOUNS[self.data.kind]

    @property
    def network(self) -> Autoencoder:
        """The trained network."""
        return self.run.network

    @property
    def seed(self) -> int:
        """The run's seed."""
        return self.run.config.seed
