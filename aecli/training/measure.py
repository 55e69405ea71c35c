"""The terms of a trained network's loss on given samples, one sample at a time."""

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from aecli.core.seeds import Role, number
from aecli.data.examples import Examples
from aecli.training.loss import Loss
from aecli.training.rows import rows_of


def measure(loss: Loss, examples: Examples, batch_size: int, seed: int) -> dict[str, NDArray[np.float32]]:
    """The terms of each sample, as they are logged for the monitored samples.

    Args:
        loss: The trained network under its objective.
        examples: The samples.
        batch_size: Samples a step; what is drawn, and what compares samples of a batch, depends on the step, so it
            must be the training's.
        seed: The config's seed.

    Returns:
        Arrays of shape (samples,) by the names of the terms.
    """
    rows, sampling = rows_of(examples, batch_size), number(seed, Role.EVALUATION_SAMPLING)
    measured: dict[str, list[NDArray[np.float32]]] = {name: [] for name in loss.names}
    for chunk in rows.chunks(1):
        step = rows.span(chunk)[0]
        batch = rows.batch(chunk, step)
        terms = loss.terms(batch, tf.stack([sampling, step]), training=False).by_name()
        counted = np.asarray(batch.counted) > 0
        for name in loss.names:
            measured[name].append(np.asarray(terms[name])[counted])
    return {name: np.concatenate(values) for name, values in measured.items()}
