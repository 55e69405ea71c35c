"""Small networks under objectives, and batches for them."""

from typing import TYPE_CHECKING, Any

import numpy as np

from aecli.models.networks.network import Network
from aecli.objectives.objective import Objective, Training
from aecli.training.loss import Terms, TrainingBatch

if TYPE_CHECKING:
    from aecli.models.autoencoder import Autoencoder

COUNT = 6
CLASSES = 3


def images(seed: int = 0, count: int = COUNT, shape: tuple[int, ...] = (8, 8)) -> np.ndarray:
    """Images with some black and white pixels, as real ones have."""
    pixels = np.random.default_rng(seed).normal(0.4, 0.5, (count, *shape))
    return np.clip(pixels, 0.0, 1.0).astype(np.float32)


def built(model: Network, shape: tuple[int, ...] = (8, 8)) -> "Autoencoder":
    import keras

    from aecli.models.build import build

    keras.utils.set_random_seed(11)
    return build(model, shape, CLASSES)


def batch(
    inputs: Any = None,
    targets: Any = None,
    *,
    counted: Any = None,
    weights: Any = None,
    labels: Any = None,
    hidden: Any = None,
) -> TrainingBatch:
    """A batch as a step is shown it; by default of images that come out as they go in."""
    import tensorflow as tf

    inputs = images() if inputs is None else inputs
    targets = inputs if targets is None else targets
    counted = np.ones(len(inputs), np.float32) if counted is None else counted
    given = (inputs, targets, counted, weights, labels, hidden)
    return TrainingBatch(*(None if each is None else tf.constant(each) for each in given))


def terms(
    training: Training, shown: TrainingBatch, seed: tuple[int, int] = (3, 4), *, moving: bool = False
) -> Terms:
    """What a batch costs; with `moving`, as where weights are about to move."""
    import tensorflow as tf

    return training.terms(shown, tf.constant(seed), training=moving)


def arrays(found: Terms) -> dict[str, np.ndarray]:
    return {name: np.asarray(each) for name, each in found.by_name().items()}


def costs(
    model: Network, objective: Objective, shown: TrainingBatch | None = None, *, moving: bool = False
) -> tuple["Autoencoder", dict[str, np.ndarray]]:
    """A fresh network, and what a batch costs under an objective."""
    network = built(model)
    training = objective.train(network, 100)
    return network, arrays(terms(training, batch() if shown is None else shown, moving=moving))
