"""What a training leaves behind: networks, losses on the test samples, arrays for later commands."""

import logging
import math
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.config.schema import Config
from aecli.core.errors import RunFailed
from aecli.core.files import new_folder
from aecli.core.seeds import Role, generator
from aecli.data.examples import Examples, evaluation_examples
from aecli.data.splits import DataSet, Split
from aecli.figures.cells import as_thumbnails, look_of
from aecli.models.network.autoencoder import Autoencoder
from aecli.runs.folder import RunFolder
from aecli.runs.reference import Reference, sample_order
from aecli.runs.weights import load_weights, save_network, weights_hash
from aecli.training.history import History
from aecli.training.measure import measure, reconstruction_losses
from aecli.training.tensorboard import write_projector

log = logging.getLogger(__name__)

CANDIDATES = 2
"""Networks that were the best so far; an epoch that is done again after a kill still has the one before."""

PROJECTED = 1000
"""Test samples in TensorBoard's projector."""
SCORED = 10_000
"""Training samples, at most, whose losses later ones are scored against."""
SCORED_NUMBERS = 2**26
"""And so many numbers of large ones."""


def keep_network(
    config: Config, data: DataSet, network: Autoencoder, folder: RunFolder, history: History
) -> dict[str, Any]:
    """Measures the trained network on the test samples, and saves it with what later commands need.

    Where the best epoch is selected, the network goes back to it. All that belongs to a network lies in a folder
    of its own, which the record is to name in one write.

    Returns:
        What the record says of it: its name, its epoch, its hash, and the loss on the test samples in its parts.

    Raises:
        RunFailed: The loss on the test samples is not a finite number.
    """
    best = config.training.selects
    epoch = history.best_epoch if best else len(history)
    if best:
        load_weights(network.autoencoder, folder.weights_of(epoch))
    weights = weights_hash(network)
    test, reference = _examined(config, data, network, folder, weights)
    name = f"epoch-{epoch:06}-{weights[:8]}"
    if not folder.network(name).exists():  # the same weights, from before
        folder.networks.mkdir(exist_ok=True)
        with new_folder(folder.network(name)) as place:
            save_network(network.autoencoder, place / "autoencoder.keras")
            save_network(network.encoder, place / "encoder.keras")
            save_network(network.decoder, place / "decoder.keras")
            reference.write(place / "reference.npz")
    return {
        "checkpoint": "best" if best else "last",
        "checkpoint_epoch": epoch,
        "network": name,
        "weights": weights,
        "test": test,
    }


def save_candidate(network: Autoencoder, folder: RunFolder, epoch: int) -> None:
    """Saves the network of the best epoch so far; the one before stays until there is another."""
    save_network(network.autoencoder, folder.candidate(epoch))
    for old in sorted(folder.checkpoints.glob("best-*.keras"))[:-CANDIDATES]:
        old.unlink()


def _examined(
    config: Config, data: DataSet, network: Autoencoder, folder: RunFolder, weights: str
) -> tuple[dict[str, float], Reference]:
    """The parts of the loss on the test samples, each the mean over them; and what is kept of the data."""
    test, seed, loss = data.test, config.seed, config.training.loss
    examples = evaluation_examples(config.corruption, seed, test)
    measured = measure(network, loss, examples, config.training.batch_size, seed)
    parts = {name: float(values.mean(dtype=np.float64)) for name, values in measured.items()}
    if not all(math.isfinite(part) for part in parts.values()):
        raise RunFailed(
            f"the loss on the test samples is not a finite number: {parts}; look at the data (aecli data)"
        )
    codes = network.encode_all(examples.inputs)
    losses = _losses(network, loss, examples, codes)
    clean = _clean_sample(data.train, seed)
    train_losses = _losses(network, loss, clean, network.encode_all(clean.inputs))
    reference = Reference.of(data, examples.inputs, losses, codes, train_losses, weights, seed)
    chosen = sample_order(test.labels, len(test))[:PROJECTED]
    shown = test.take(chosen)
    look = look_of(data.kind, data.scaling.bounds, shown.samples)
    thumbnails = as_thumbnails(shown.samples, look) if data.kind == "images" else None
    try:
        write_projector(folder.tensorboard, codes[chosen].reshape(len(chosen), -1), shown.labels, thumbnails)
    except OSError as error:
        log.warning(f"TensorBoard's projector gets no codes of this run: {error}")
    return parts, reference


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
