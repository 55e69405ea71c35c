"""What TensorBoard and the evolution show of an epoch: a few test samples over what the network makes of them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from aecli.data.examples import Examples, evaluation_examples
from aecli.experiment.prepare import Experiment
from aecli.figures.cells import Look, look_of, side_by_side
from aecli.runs.reference import sample_order

SHOWN = 10
"""Images; of as many classes as there are."""


@dataclass(frozen=True)
class EpochImage:
    """Draws the few samples, what became of them by noise if there is any, and the reconstructions.

    Attributes:
        few: The samples.
        forward: The network, compiled.
        look: How they are drawn.
    """

    few: Examples
    forward: Callable[[NDArray[np.float32], NDArray[np.float32] | None], tf.Tensor]
    look: Look

    def reconstruct(self) -> NDArray[np.float32]:
        """What the network makes of them now."""
        return np.asarray(self.forward(self.few.inputs, self.few.labels))

    def draw(self, reconstructions: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Rows of samples over one another, (height, width, channels)."""
        rows = [self.few.targets, reconstructions]
        if self.few.inputs is not self.few.targets:
            rows.insert(0, self.few.inputs)
        return side_by_side(rows, self.look)


def epoch_image(experiment: Experiment) -> EpochImage:
    """The image of an epoch of a run."""
    config, data, network = experiment.config, experiment.data, experiment.network
    chosen = sample_order(data.test.labels, len(data.test))[:SHOWN]
    few = evaluation_examples(config.corruption, config.seed, data.test.take(chosen), experiment.classes)
    look = look_of(data.kind, data.scaling.bounds, few.targets)
    forward = tf.function(lambda samples, labels: network.decode(network.encode(samples, labels), labels))
    return EpochImage(few, forward, look)
