"""What a training leaves behind: networks, losses on the test samples, arrays for later commands."""

import logging
import math
from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from aecli.core.errors import RunFailed
from aecli.core.files import new_folder
from aecli.core.seeds import Role, generator
from aecli.data.examples import Examples, evaluation_examples
from aecli.data.splits import Split
from aecli.evaluation.collapse import collapse, indices_of
from aecli.experiment.prepare import Experiment
from aecli.figures.cells import as_thumbnails, look_of
from aecli.models.autoencoder import Autoencoder, Floats, in_batches
from aecli.objectives.distortion import Distortion
from aecli.objectives.objective import Training
from aecli.runs.folder import RunFolder
from aecli.runs.reference import Reference, sample_order
from aecli.runs.weights import load_weights, save_network, weights_hash
from aecli.training.history import History
from aecli.training.measure import measure
from aecli.training.tensorboard import write_histogram, write_projector

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
    experiment: Experiment, loss: Training, folder: RunFolder, history: History
) -> dict[str, Any]:
    """Measures the trained network on the test samples, and saves it with what later commands need.

    Where the best epoch is selected, the network goes back to it. All that belongs to a network lies in a folder
    of its own, which the record is to name in one write.

    Args:
        experiment: What was trained.
        loss: Its network under its objective.
        folder: Of the run.
        history: The epochs.

    Returns:
        What the record says of it: its name, its epoch, its hash, what was learned of the loss, and the loss on the
        test samples in its terms.

    Raises:
        RunFailed: The loss on the test samples is not a finite number.
    """
    network, best = experiment.network, experiment.config.training.selects
    epoch = history.best_epoch if best else len(history)
    if best:
        load_weights(network.autoencoder, folder.weights_of(epoch))
        loss.distortion.restore(history[epoch - 1])
    weights = weights_hash(network)
    test, reference = _examined(experiment, loss, folder, epoch, weights)
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
        "learned": loss.learned,
        "test": test,
    }


def save_candidate(network: Autoencoder, folder: RunFolder, epoch: int) -> None:
    """Saves the network of the best epoch so far; the one before stays until there is another."""
    save_network(network.autoencoder, folder.candidate(epoch))
    for old in sorted(folder.checkpoints.glob("best-*.keras"))[:-CANDIDATES]:
        old.unlink()


def _examined(
    experiment: Experiment, loss: Training, folder: RunFolder, epoch: int, weights: str
) -> tuple[dict[str, float], Reference]:
    """The terms of the loss on the test samples, each the mean over them; and what is kept of the data."""
    config, data, network = experiment.config, experiment.data, experiment.network
    test, seed, classes = data.test, config.seed, experiment.classes
    examples = evaluation_examples(config.corruption, seed, test, classes)
    measured = measure(loss, examples, min(config.training.batch_size, len(data.train)), seed)
    terms = {name: float(values.mean(dtype=np.float64)) for name, values in measured.items()}
    if not all(math.isfinite(term) for term in terms.values()):
        raise RunFailed(
            f"the loss on the test samples is not a finite number: {terms}; look at the data (aecli data)"
        )
    codes = network.encode_all(examples.inputs, examples.labels)
    losses = _losses(network, loss.distortion, examples, codes)
    indices = indices_of(network, examples.inputs, examples.labels)
    if said := collapse(network, codes.reshape(len(codes), -1), indices):
        log.warning(said)
    clean = _clean_sample(data.train_once, seed, classes)
    clean_codes = network.encode_all(clean.inputs, clean.labels)
    train_losses = _losses(network, loss.distortion, clean, clean_codes)
    reference = Reference.of(data, examples.inputs, losses, codes, train_losses, weights, seed)
    chosen = sample_order(test.labels, len(test))[:PROJECTED]
    shown = test.take(chosen)
    look = look_of(data.kind, data.scaling.bounds, shown.samples)
    thumbnails = as_thumbnails(shown.samples, look) if data.kind == "images" else None
    try:
        write_histogram(folder.tensorboard, epoch, codes)
        write_projector(folder.tensorboard, codes[chosen].reshape(len(chosen), -1), shown.labels, thumbnails)
    except OSError as error:
        log.warning(f"TensorBoard gets no codes of this run: {error}")
    return terms, reference


def _clean_sample(train: Split, seed: int, classes: Sequence[str] | None) -> Examples:
    """Some training samples, to be fed in as they are."""
    order = generator(seed, Role.TRAIN_SAMPLE).permutation(len(train))
    most = min(SCORED, max(1, SCORED_NUMBERS // prod(train.samples.shape[1:])))
    few = train.take(np.sort(order[:most]))
    return Examples.clean(few, classes)


def _losses(network: Autoencoder, distortion: Distortion, examples: Examples, codes: Floats) -> Floats:
    """The reconstruction loss of each sample by its latent, some samples at a time."""

    def losses(latents: Any, labels: Any, targets: Any, weights: Any) -> Any:
        return distortion.losses(targets, network.decode(latents, labels), weights)

    rows: Floats = in_batches(
        losses, network.batch_size, codes, examples.labels, examples.targets, examples.weights
    )
    return rows
