"""Small networks under objectives, and batches for them."""

from typing import TYPE_CHECKING, Any

import numpy as np

from aecli.data.corruption import Corruption
from aecli.models.networks.network import Network
from aecli.objectives.objective import Objective, Training
from aecli.training.loss import Terms, TrainingBatch
from aecli.training.optimizers import Adam, Optimizer
from aecli.training.options import Execution, TrainingOptions

if TYPE_CHECKING:
    from aecli.models.autoencoder import Autoencoder
    from aecli.training.trainer import Trainer

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


def trainer_of(
    model: Network,
    objective: Objective,
    optimizer: Optimizer | None = None,
    *,
    corruption: Corruption | None = None,
    count: int = 10,
    batch_size: int = 4,
    weights_seed: int = 11,
) -> "Trainer":
    """A trainer as an experiment makes it, not compiled; by default the last batch of an epoch isn't full."""
    import keras

    from aecli.data.examples import Examples
    from aecli.models.build import build
    from aecli.training.fit import compile_trainer
    from aecli.training.trainer import Trainer

    keras.utils.set_random_seed(weights_seed)
    samples = Examples(images(count=count), images(count=count))
    training = objective.train(build(model, (8, 8)), count)
    trainer = Trainer(training, samples, samples, batch_size, corruption, None, 5)
    compile_trainer(trainer, TrainingOptions(optimizer=optimizer or Adam()), Execution(compile=False))
    return trainer


def epochs(trainer: "Trainer", first: int, end: int) -> list[dict[str, float]]:
    """Trains from one epoch, counted from 0, up to another; returns the means of each one's losses."""
    found = []
    for epoch in range(first, end):
        trainer.begin_epoch(epoch)
        trainer.reset_metrics()
        losses = trainer.train_step(np.array([0, trainer.train_rows.steps], np.int32))
        found.append({name: float(loss) for name, loss in losses.items()})
    return found
