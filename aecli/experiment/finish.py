"""What a training leaves behind: networks, losses on the test samples, arrays for later commands."""

import logging
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.config.schema import Config
from aecli.core.seeds import Role, generator
from aecli.data.examples import Examples, evaluation_examples
from aecli.data.splits import DataSet, Split
from aecli.figures.cells import as_thumbnails, look_of
from aecli.models.network.autoencoder import Autoencoder
from aecli.runs.folder import RunFolder
from aecli.runs.reference import Reference, sample_order
from aecli.runs.weights import load_weights, save_network
from aecli.training.history import History
from aecli.training.measure import measure, reconstruction_losses
from aecli.training.tensorboard import write_projector

log = logging.getLogger(__name__)

PROJECTED = 1000
"""Test samples in TensorBoard's projector."""
SCORED = 10_000
"""Training samples, at most, whose losses later ones are scored against."""
SCORED_NUMBERS = 2**26
"""And so many numbers of large ones."""


def keep_network(config: Config, network: Autoencoder, folder: RunFolder, history: History) -> dict[str, Any]:
    """Saves the trained network; where the best epoch is selected, the network goes back to it.

    Returns:
        What the record says of the network that later commands load.
    """
    save_network(network.autoencoder, folder.network("last"))
    best = config.training.selects
    if best:
        load_weights(network.autoencoder, folder.network("best"))
    save_network(network.encoder, folder.network("encoder"))
    save_network(network.decoder, folder.network("decoder"))
    return {
        "checkpoint": "best" if best else "last",
        "checkpoint_epoch": history.best_epoch if best else len(history),
    }


def examine(config: Config, data: DataSet, network: Autoencoder, folder: RunFolder) -> dict[str, float]:
    """Measures the kept network on the test samples, and stores what later commands need of them.

    Returns:
        The parts of the loss on the test samples, each the mean over the samples.
    """
    test, seed, loss = data.test, config.seed, config.training.loss
    examples = evaluation_examples(config.corruption, seed, test)
    parts = measure(network, loss, examples, config.training.batch_size, seed)
    codes = network.encode_all(examples.inputs)
    losses = _losses(network, loss, examples, codes)
    clean = _clean_sample(data.train, seed)
    train_losses = _losses(network, loss, clean, network.encode_all(clean.inputs))
    Reference.of(data, examples.inputs, losses, codes, train_losses, seed).write(folder.reference)
    chosen = sample_order(test.labels, len(test))[:PROJECTED]
    shown = test.take(chosen)
    look = look_of(data.kind, data.scaling.bounds, shown.samples)
    thumbnails = as_thumbnails(shown.samples, look) if data.kind == "images" else None
    try:
        write_projector(folder.tensorboard, codes[chosen].reshape(len(chosen), -1), shown.labels, thumbnails)
    except OSError as error:
        log.warning(f"TensorBoard's projector gets no codes of this run: {error}")
    return {name: float(values.mean(dtype=np.float64)) for name, values in parts.items()}


def _clean_sample(train: Split, seed: int) -> Examples:
    """Some training samples, to be fed in as they are."""
    order = generator(seed, Role.TRAIN_SAMPLE).permutation(len(train))
    most = min(SCORED, max(1, SCORED_NUMBERS // prod(train.samples.shape[1:])))
    few = train.take(np.sort(order[:most]))
    return Examples.clean(few)


def _losses(network: Autoencoder, loss: str, examples: Examples, codes: NDArray[np.float32]) -> Any:
    """The reconstruction loss of each sample by its code, some samples at a time."""
    losses = []
    for start in range(0, len(examples), network.batch_size):
        rows = slice(start, start + network.batch_size)
        outputs = network.decode_all(codes[rows])
        weights = None if examples.weights is None else examples.weights[rows]
        losses.append(reconstruction_losses(network, loss, examples.targets[rows], outputs, weights))
    return np.concatenate(losses)
