"""The story of a run: config → data → network → training → run folder → figures, top to bottom."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from aecli import provenance, run_folder
from aecli.config import Config
from aecli.config.yaml_text import dump
from aecli.data.splits import DataSet, Split, prepare
from aecli.errors import AecliError, Interrupted, RunFailed
from aecli.files import write_text
from aecli.messages import Messages
from aecli.models.network.autoencoder import Autoencoder
from aecli.models.network.cost import multiply_adds, only_dense
from aecli.pictures import draw_figures
from aecli.record import Record, Status
from aecli.reference import Reference, sample_order
from aecli.run_folder import RunFolder
from aecli.saving import load_weights, save_network
from aecli.seeds import Role, number
from aecli.trained import TrainedRun
from aecli.training.execution import resolve
from aecli.training.fit import compile_trainer, fit
from aecli.training.history import TIMES, History
from aecli.training.interruption import Interruption
from aecli.training.losses import unit
from aecli.training.measure import measure, reconstruction_losses
from aecli.training.progress import ShowProgress
from aecli.training.tensorboard import WriteTensorBoard, write_projector
from aecli.training.trainer import Examples, Trainer

PROJECTED = 1000
"""Test images in TensorBoard's projector."""


@dataclass(frozen=True)
class Experiment:
    """A config with what it names: the data, and a network with fresh weights.

    Attributes:
        config: Everything resolved: the data really used, how the loop is executed.
        data: The images.
        network: The autoencoder.
    """

    config: Config
    data: DataSet
    network: Autoencoder


def prepare_experiment(config: Config, messages: Messages) -> Experiment:
    """Reads the data and builds the network; nothing is written yet, so that a mistake leaves nothing behind.

    Raises:
        RequestError: The data can't be had, or the network can't take it.
    """
    raw = config.data.read(messages.warn)
    data = prepare(raw, config.seed)
    keras.utils.set_random_seed(number(config.seed, Role.WEIGHTS))
    network = config.model.build(data.image_shape)
    execution = resolve(config.training, len(data.train), multiply_adds(network), only_dense(network))
    training = config.training.model_copy(update={"execution": execution})
    resolved = config.model_copy(update={"data": raw.source, "training": training})
    return Experiment(resolved, data, network)


def train(config: Config, name: str, runs_dir: Path, command: str, messages: Messages) -> RunFolder:
    """Trains a config into a new run folder.

    Args:
        config: The checked config.
        name: The run's name.
        runs_dir: The folder of all runs.
        command: The command that was typed.
        messages: Where progress and warnings go.

    Returns:
        The run's folder, complete.

    Raises:
        RequestError: The data or the network can't be had; no folder was made.
        RunFailed: The training failed or was interrupted; the folder says so.
    """
    experiment = prepare_experiment(config, messages)
    folder = run_folder.create(runs_dir, name)
    messages.log_to(folder.log)
    record = _first_record(experiment, folder, command)
    write_text(folder.config, dump(experiment.config.model_dump(mode="json")))
    messages.say(f"Training {config.model.model_dump()['type']} on {record.data['name']} into {folder.path}")
    with folder.lock():
        record.write(folder.record_file)
        _run(experiment, folder, record, messages)
    return folder


def _first_record(experiment: Experiment, folder: RunFolder, command: str) -> Record:
    """What is known of a run before it starts."""
    config, network = experiment.config, experiment.network
    return Record(
        id=folder.id,
        status=Status.RUNNING,
        model=config.model.model_dump()["type"],
        command=command,
        seed=config.seed,
        versions=provenance.versions(),
        git_commit=provenance.git_commit(),
        host=provenance.host(),
        platform=provenance.machine(),
        device=provenance.device(),
        data=experiment.data.record,
        monitored="test" if experiment.data.validation is None else "validation",
        parameters=network.whole.count_params(),
        code_shape=list(network.code_shape),
        started=_now(),
        epochs=config.training.epochs,
        unit=unit(config.training.loss, network.reconstruction),
    )


def _run(experiment: Experiment, folder: RunFolder, record: Record, messages: Messages) -> None:
    """Trains, and sees to it that the record says how it ended, however it ends."""
    started, history = time.perf_counter(), History()

    def finish(status: Status, **more: Any) -> None:
        seconds = round(time.perf_counter() - started, 2)
        done = {"epochs_done": len(history), "metrics": _last_metrics(history)}
        record.updated(folder.record_file, status=status, ended=_now(), seconds=seconds, **done, **more)

    try:
        with Interruption(messages.warn) as interruption, _plain_failures():
            _fit(experiment, folder, history, interruption, messages)
            kept = _keep(experiment, folder, history)
            test = _examine(experiment, folder, messages)
            results = {"test": test, "epochs_done": len(history), **kept}
            run = TrainedRun(folder, experiment.config, record.model_copy(update=results), experiment.network)
            draw_figures(run, warn=messages.warn, check_signals=interruption.check)
        finish(Status.COMPLETED, test=test, **kept)
    except Interrupted as stop:
        finish(Status.INTERRUPTED, reason=str(stop))
        raise Interrupted(f"{folder.id}: {stop} after {len(history)} epochs", stop.exit_code - 128) from stop
    except AecliError as failure:
        finish(Status.FAILED, reason=str(failure))
        raise RunFailed(f"{folder.path}: {failure}") from failure
    except BaseException as bug:
        finish(Status.FAILED, reason=f"{type(bug).__name__}: {bug}")
        raise


@contextmanager
def _plain_failures() -> Iterator[None]:
    """Says in plain words what a machine can do to a training."""
    try:
        yield
    except OSError as error:
        raise RunFailed(
            f"a file could not be written: {error.strerror or error} ({error.filename})"
        ) from error
    except (MemoryError, tf.errors.ResourceExhaustedError) as error:
        raise RunFailed(
            "out of memory: try a smaller batch (--set training.batch_size=…), or fewer images (--limit …)"
        ) from error


def _fit(
    experiment: Experiment,
    folder: RunFolder,
    history: History,
    interruption: Interruption,
    messages: Messages,
) -> None:
    """Trains the network in place; `history` grows with the epochs."""
    config, data, network = experiment.config, experiment.data, experiment.network
    options, execution = config.training, config.training.execution
    trainer = Trainer(
        network,
        options.loss,
        train=_training_examples(config, data.train),
        monitored=_examples(config, data.monitored),
        batch_size=min(options.batch_size, len(data.train)),
        corrupt=config.corruption.apply if config.corruption and config.corruption.resample else None,
        seed=config.seed,
    )
    compile_trainer(trainer, options, execution)
    assert isinstance(execution.chunk_steps, int)
    progress = ShowProgress(
        history, options.epochs, execution.chunk_steps, messages.console, messages.live, messages.note
    )
    tensorboard = WriteTensorBoard(
        folder.tensorboard,
        folder.config.read_text(encoding="utf-8"),
        _hyperparameters(config),
        _epoch_picture(experiment),
        messages.warn,
    )
    try:
        fit(
            trainer,
            options,
            execution,
            history,
            csv_path=folder.metrics,
            checkpoints=folder.checkpoints,
            save_best=lambda: save_network(network.whole, folder.network("best")),
            check_signals=interruption.check,
            observers=[tensorboard, progress],
        )
    finally:
        progress.close()


def _keep(experiment: Experiment, folder: RunFolder, history: History) -> dict[str, Any]:
    """Saves the trained network; where the best epoch is selected, the network goes back to it.

    Returns:
        What the record says of the network that later commands load.
    """
    network = experiment.network
    save_network(network.whole, folder.network("last"))
    best = experiment.config.training.selects
    if best:
        load_weights(network.whole, folder.network("best"))
    save_network(network.encoder, folder.network("encoder"))
    save_network(network.decoder, folder.network("decoder"))
    return {
        "checkpoint": "best" if best else "last",
        "checkpoint_epoch": history.best_epoch if best else len(history),
    }


def _examine(experiment: Experiment, folder: RunFolder, messages: Messages) -> dict[str, float]:
    """Measures the kept network on the test images, and stores what later commands need of them.

    Returns:
        The parts of the loss on the test images, each the mean over the images.
    """
    config, network = experiment.config, experiment.network
    test, seed, loss = experiment.data.test, config.seed, config.training.loss
    examples = _examples(config, test)
    batch_size = min(config.training.batch_size, len(experiment.data.train))
    parts = measure(network, loss, examples, batch_size, seed)
    codes = network.encode_all(examples.inputs)
    losses = reconstruction_losses(network, loss, examples.targets, network.decode_all(codes))
    Reference.of(examples.targets, examples.inputs, test.labels, losses, codes, seed).write(folder.reference)
    chosen = sample_order(test.labels)[:PROJECTED]
    thumbnails = np.round(test.images[chosen] * 255).astype(np.uint8)
    try:
        write_projector(
            folder.tensorboard, codes[chosen].reshape(len(chosen), -1), test.labels[chosen], thumbnails
        )
    except OSError as error:
        messages.warn(f"TensorBoard's projector gets no codes of this run: {error}")
    return {name: float(values.mean(dtype=np.float64)) for name, values in parts.items()}


def _training_examples(config: Config, split: Split) -> Examples:
    """What is trained on: corrupted once and for all only where noise isn't drawn anew in each step."""
    if config.corruption is None or config.corruption.resample:
        return Examples(split.images, split.images)
    return _corrupted(config, split, Role.TRAINING_CORRUPTION)


def _examples(config: Config, split: Split) -> Examples:
    """What is evaluated on: its noise is fixed, the same in each epoch, in the evaluation and in figures."""
    if config.corruption is None:
        return Examples(split.images, split.images)
    return _corrupted(config, split, Role.EVALUATION_CORRUPTION)


def _corrupted(config: Config, split: Split, role: Role) -> Examples:
    assert config.corruption is not None
    noisy = config.corruption.apply(split.images, [number(config.seed, role), 0])
    return Examples(np.asarray(noisy), split.images)


def _epoch_picture(experiment: Experiment) -> Any:
    """A function that draws ten test images over what the network makes of them now, for TensorBoard."""
    test = experiment.data.test
    chosen = sample_order(test.labels)[:10]
    few = _examples(experiment.config, Split(test.images[chosen], test.labels[chosen]))
    reconstruct = tf.function(experiment.network.whole)

    def picture() -> NDArray[np.uint8]:
        rows = [few.targets, np.asarray(reconstruct(few.inputs))]
        if few.inputs is not few.targets:
            rows.insert(0, few.inputs)
        image = np.concatenate([np.concatenate(list(row), axis=1) for row in rows], axis=0)
        return np.round(image.reshape(*image.shape[:2], -1) * 255).astype(np.uint8)

    return picture


def _hyperparameters(config: Config) -> dict[str, Any]:
    """The config's plain values by dotted name."""
    flat: dict[str, Any] = {}

    def collect(prefix: str, value: Any) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                collect(f"{prefix}.{key}" if prefix else key, inner)
        elif value is not None:
            flat[prefix] = value if isinstance(value, bool | int | float | str) else str(value)

    collect("", config.model_dump(mode="json"))
    return flat


def _last_metrics(history: History) -> dict[str, float]:
    return {name: value for name, value in history[-1].items() if name not in TIMES} if history else {}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
