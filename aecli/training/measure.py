"""The losses of a trained network on given samples, one sample at a time."""

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from aecli.core.seeds import Role, number
from aecli.data.examples import Examples
from aecli.models.network.autoencoder import Autoencoder
from aecli.training.losses import PIXEL_LOSSES, image_losses, loss_parts, part_names


def measure(
    network: Autoencoder, loss: str, examples: Examples, batch_size: int, seed: int
) -> dict[str, NDArray[np.float32]]:
    """The parts of the loss for each sample, as they are logged for the monitored samples.

    Args:
        network: The trained network.
        loss: The pixel loss, by the name that `training.loss` gives.
        examples: The samples.
        batch_size: Images a step; sampling codes draw by the step, so it must be the training's.
        seed: The config's seed.

    Returns:
        Arrays of shape (samples,) by the names of `part_names`.
    """
    measured: dict[str, list[NDArray[np.float32]]] = {name: [] for name in part_names(network)}
    sampling = number(seed, Role.EVALUATION_SAMPLING)
    for step, start in enumerate(range(0, len(examples), batch_size)):
        rows = slice(start, start + batch_size)
        draw = tf.constant([sampling, step])
        parts = loss_parts(
            network,
            loss,
            examples.inputs[rows],
            examples.targets[rows],
            draw,
            training=False,
            weights=None if examples.weights is None else examples.weights[rows],
        )
        for name, values in parts.items():
            measured[name].append(np.asarray(values))
    return {name: np.concatenate(values) for name, values in measured.items()}


def reconstruction_losses(
    network: Autoencoder,
    loss: str,
    targets: NDArray[np.float32],
    outputs: NDArray[np.float32],
    weights: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """The reconstruction loss of each sample for given outputs, (samples,); `weights` as for `loss_parts`."""
    pixels: NDArray[np.float32] = np.asarray(PIXEL_LOSSES[loss](targets, outputs))
    if weights is not None:
        return np.asarray(image_losses(pixels, network.reconstruction, weights))
    return np.asarray(getattr(pixels.reshape(len(targets), -1), network.reconstruction)(axis=1))
