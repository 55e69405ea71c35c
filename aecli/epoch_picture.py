"""What TensorBoard shows of an epoch: a few test images over what the network makes of them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from aecli.config import Config
from aecli.data.splits import DataSet
from aecli.examples import evaluation_examples
from aecli.figures.cells import Look, look_of, side_by_side
from aecli.models.network.autoencoder import Autoencoder
from aecli.reference import sample_order
from aecli.training.rows import Examples

SHOWN = 10
"""Images; of as many classes as there are."""


@dataclass(frozen=True)
class EpochPicture:
    """Draws the few images, what became of them by noise if there is any, and the reconstructions.

    Attributes:
        few: The images.
        forward: The network, compiled.
        look: How they are drawn.
    """

    few: Examples
    forward: Callable[[NDArray[np.float32]], tf.Tensor]
    look: Look

    def reconstruct(self) -> NDArray[np.float32]:
        """What the network makes of them now."""
        return np.asarray(self.forward(self.few.inputs))

    def draw(self, reconstructions: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Rows of images over one another, (height, width, channels)."""
        rows = [self.few.targets, reconstructions]
        if self.few.inputs is not self.few.targets:
            rows.insert(0, self.few.inputs)
        return side_by_side(rows, self.look)


def epoch_picture(config: Config, data: DataSet, network: Autoencoder) -> EpochPicture:
    """The picture of an epoch of a run."""
    chosen = sample_order(data.test.labels, len(data.test))[:SHOWN]
    few = evaluation_examples(config, data.test.take(chosen))
    look = look_of(data.kind, data.scaling.bounds, few.targets)
    return EpochPicture(few, tf.function(network.whole), look)
