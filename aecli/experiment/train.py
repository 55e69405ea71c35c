"""The story of a run: config → data → network → training → run folder → figures, top to bottom."""

import logging
import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import tensorflow as tf

from aecli.config.load import load_config
from aecli.config.overrides import Override
from aecli.config.plugins import require_plugins, warn_of_change
from aecli.config.schema import Config
from aecli.core import provenance
from aecli.core.errors import AecliError, Interrupted, RequestError, RunFailed
from aecli.core.log import kept_in
from aecli.data.examples import evaluation_examples, training_corruption, training_examples
from aecli.experiment.begin import begin, begin_again, now
from aecli.experiment.draw import draw_figures
from aecli.experiment.epoch_image import epoch_image
from aecli.experiment.finish import keep_network, save_candidate
from aecli.experiment.keep_evolution import KeepEvolution
from aecli.experiment.prepare import Experiment, prepare_experiment
from aecli.models.recurrence import train_by_hand
from aecli.objectives.objective import Training
from aecli.runs import creation
from aecli.runs.folder import RunFolder
from aecli.runs.opened import OpenedRun
from aecli.runs.record import Record, Status
from aecli.training.background import Background
from aecli.training.checkpoint import epochs_saved, load_state
from aecli.training.fit import compile_trainer, fit
from aecli.training.history import TIMES, History
from aecli.training.interruption import Interruption
from aecli.training.progress import ShowProgress
from aecli.training.tensorboard import WriteTensorBoard, plain_values
from aecli.training.trainer import Trainer

log = logging.getLogger(__name__)


def train(config: Config, name: str, runs_dir: Path, command: str) -> RunFolder:
    """Trains a config into a new run folder.

    Args:
        config: The checked config.
        name: The run's name.
        runs_dir: The folder of all runs.
        command: The command that was typed.

    Returns:
        The run's folder, complete.

    Raises:
        RequestError: The data or the network can't be had; no folder was made.
        RunFailed: The training failed or was interrupted; the folder says so.
    """
    experiment = prepare_experiment(config)
    hidden = creation.create(runs_dir, name)
    with hidden.lock():
        record = begin(experiment, hidden, command)
        folder = creation.publish(hidden)
        with kept_in(folder.log):
            log.info(f"Training {record.words} on {record.data['name']} into {folder.path}")
            _run(experiment, folder, record)
    return folder


def resume(folder: RunFolder, overrides: Sequence[Override], command: str) -> RunFolder:
    """Goes on with a run that didn't finish, in its folder, from its last completed epoch.

    Interrupted and resumed equals uninterrupted, bit for bit, on the same machine and versions.

    Args:
        folder: The run.
        overrides: Values that win over the run's own config: the total number of epochs, if another one.
        command: The command that was typed.

    Returns:
        The same folder, complete.

    Raises:
        RequestError: The run can't be resumed: it is complete, in use, damaged, or its data has changed.
        RunFailed: The training failed or was interrupted again; the folder says so.
    """
    folder.refuse_foreign()
    with folder.lock():
        record = Record.read(folder.record_file)
        require_plugins(record.id, record.plugins)
        config = load_config(folder.config, overrides).config
        done = epochs_saved(folder.checkpoints)
        if config.training.epochs < done:
            raise RequestError(f"--epochs {config.training.epochs}: {folder.id} has {done} epochs already")
        if record.status is Status.COMPLETED and not overrides:
            raise RequestError(f"{folder.id} is complete; to train on, raise its total with --epochs")
        experiment = prepare_experiment(config)
        experiment.data.check_same_as(record.data, record.id)
        folder.sweep(None)
        with kept_in(folder.log):
            if changed := provenance.changed(record.versions):
                log.warning(
                    f"the run was started with other versions, and may go on otherwise: {', '.join(changed)}"
                )
            warn_of_change(record.id, record.plugins, config)
            record = begin_again(experiment, folder, record, command)
            _run(experiment, folder, record)
    return folder


def _run(experiment: Experiment, folder: RunFolder, record: Record) -> None:
    """Trains, and sees to it that the record says how it ended, however it ends."""
    started, history = time.perf_counter(), History()

    def finish(status: Status, **more: Any) -> None:
        seconds = round((record.seconds or 0.0) + time.perf_counter() - started, 2)
        done = {"epochs_done": len(history), "metrics": _last_metrics(history)}
        record.updated(folder.record_file, status=status, ended=now(), seconds=seconds, **done, **more)

    def fail(status: Status, reason: str) -> None:
        with suppress(OSError):  # the folder may be gone: then the message on the terminal has to do
            folder.reserve.unlink(missing_ok=True)
            finish(status, reason=reason)

    try:
        with Interruption() as interruption, _plain_failures():
            loss = experiment.config.objective.train(experiment.network, len(experiment.data.train))
            _fit(experiment, loss, folder, history, interruption.check)
            kept = keep_network(experiment, loss, folder, history)
            reached = record.model_copy(update={"epochs_done": len(history), **kept})
            run = OpenedRun(folder, experiment.config, reached, experiment.network)
            draw_figures(run, check_signals=interruption.check)
            finish(Status.COMPLETED, **kept)
            folder.reserve.unlink(missing_ok=True)
            folder.sweep(reached.network)
    except Interrupted as stop:
        fail(Status.INTERRUPTED, str(stop))
        raise Interrupted(
            f"{folder.id}: {stop} after {len(history)} epochs. To go on: aecli train --resume {folder.path}",
            stop.exit_code - 128,
        ) from stop
    except AecliError as failure:
        fail(Status.FAILED, str(failure))
        raise RunFailed(f"{folder.path}: {failure}") from failure
    except BaseException as bug:
        fail(Status.FAILED, f"{type(bug).__name__}: {bug}")
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
            "out of memory: try a smaller batch (--set training.batch_size=…), or fewer samples (--limit …)"
        ) from error


def _fit(
    experiment: Experiment,
    loss: Training,
    folder: RunFolder,
    history: History,
    check_signals: Callable[[], None],
) -> None:
    """Trains the network from where the folder's checkpoints end; `history` grows with the epochs."""
    config, data, network = experiment.config, experiment.data, experiment.network
    options, execution = config.training, config.training.execution
    classes = experiment.classes
    trainer = Trainer(
        loss,
        train=training_examples(config.corruption, config.seed, data.train, classes),
        monitored=evaluation_examples(config.corruption, config.seed, data.monitored, classes),
        batch_size=options.batch_size,
        corruption=training_corruption(config.corruption),
        redraw=data.redraw,
        seed=config.seed,
    )
    if execution.compile:
        train_by_hand(network)
    compile_trainer(trainer, options, execution)
    history.extend(load_state(folder.checkpoints, trainer))
    if history:
        history.write_csv(folder.metrics)
        log.info(f"Going on after epoch {len(history)} of {options.epochs}")
    assert isinstance(execution.chunk_steps, int)
    progress = ShowProgress(history, options.epochs, execution.chunk_steps)
    with closing(progress), Background() as background:
        image = epoch_image(experiment)
        evolution = KeepEvolution(folder.evolution, image, len(history), background)
        tensorboard = WriteTensorBoard(
            folder.tensorboard,
            folder.config.read_text(encoding="utf-8"),
            plain_values(config.model_dump(mode="json")),
            image,
            history,
            data.monitors,
            folder.read_record().unit,
            background,
        )
        fit(
            trainer,
            options,
            execution,
            history,
            monitored=data.monitors,
            csv_path=folder.metrics,
            checkpoints=folder.checkpoints,
            background=background,
            save_best=lambda epoch: save_candidate(network, folder, epoch),
            check_signals=check_signals,
            observers=[tensorboard, evolution, progress],
        )


def _last_metrics(history: History) -> dict[str, float]:
    """What the last epoch reached; a record holds finite numbers alone."""
    last = history[-1] if history else {}
    return {name: value for name, value in last.items() if name not in TIMES and math.isfinite(value)}
