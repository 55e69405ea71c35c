"""The story of a run: config → data → network → training → run folder → figures, top to bottom."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import tensorflow as tf

from aecli import provenance, run_folder
from aecli.config import Config, load_config
from aecli.epoch_picture import epoch_picture
from aecli.errors import AecliError, Interrupted, RequestError, RunFailed
from aecli.examples import evaluation_examples, training_corruption, training_examples
from aecli.messages import Messages
from aecli.pictures import draw_figures
from aecli.plugins import changed_plugin, require_plugin
from aecli.preparation import Experiment, prepare_experiment
from aecli.record import Record, Status
from aecli.results import examine, keep_network
from aecli.run_folder import RunFolder
from aecli.saving import save_network
from aecli.start import begin, begin_again, now
from aecli.trained import TrainedRun
from aecli.training.background import Background
from aecli.training.checkpoint import load_state
from aecli.training.fit import compile_trainer, fit
from aecli.training.history import TIMES, History
from aecli.training.interruption import Interruption
from aecli.training.progress import ShowProgress
from aecli.training.tensorboard import WriteTensorBoard, plain_values
from aecli.training.trainer import Trainer


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
    with folder.lock():
        record = begin(experiment, folder, command)
        messages.log_to(folder.log)
        messages.say(f"Training {record.model} on {record.data['name']} into {folder.path}")
        _run(experiment, folder, record, messages)
    return folder


def resume(folder: RunFolder, epochs: int | None, command: str, messages: Messages) -> RunFolder:
    """Goes on with a run that didn't finish, in its folder, from its last completed epoch.

    Interrupted and resumed equals uninterrupted, bit for bit, on the same machine and versions.

    Args:
        folder: The run.
        epochs: A new total number of epochs; None leaves the run's own.
        command: The command that was typed.
        messages: Where progress and warnings go.

    Returns:
        The same folder, complete.

    Raises:
        RequestError: The run can't be resumed: it is complete, in use, damaged, or its data has changed.
        RunFailed: The training failed or was interrupted again; the folder says so.
    """
    folder.refuse_links()
    with folder.lock():
        record = Record.read(folder.record_file)
        require_plugin(record)
        config = load_config(folder.config).config
        if epochs is not None:
            if epochs < record.epochs_done:
                raise RequestError(f"--epochs {epochs}: {folder.id} has {record.epochs_done} epochs already")
            training = config.training.model_copy(update={"epochs": epochs})
            config = config.model_copy(update={"training": training})
        elif record.status is Status.COMPLETED:
            raise RequestError(f"{folder.id} is complete; to train on, raise its total with --epochs")
        experiment = prepare_experiment(config, messages)
        experiment.data.check_same_as(record.data, record.id)
        messages.log_to(folder.log)
        _warn_of_versions(record, messages)
        if warning := changed_plugin(record, config.model):
            messages.warn(warning)
        record = begin_again(experiment, folder, record, command)
        _run(experiment, folder, record, messages)
    return folder


def _warn_of_versions(record: Record, messages: Messages) -> None:
    now = provenance.versions()
    changed = [
        f"{name} {old} → {now.get(name)}" for name, old in record.versions.items() if now.get(name) != old
    ]
    if changed:
        messages.warn(
            f"the run was started with other versions, and may go on otherwise: {', '.join(changed)}"
        )


def _run(experiment: Experiment, folder: RunFolder, record: Record, messages: Messages) -> None:
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
        messages.log(f"{status}: {reason}")

    try:
        with Interruption(messages.warn) as interruption, _plain_failures():
            _fit(experiment, folder, history, interruption.check, messages)
            kept = keep_network(experiment.config, experiment.network, folder, history)
            test = examine(experiment.config, experiment.data, experiment.network, folder, messages)
            results = {"test": test, "epochs_done": len(history), **kept}
            run = TrainedRun(folder, experiment.config, record.model_copy(update=results), experiment.network)
            draw_figures(run, warn=messages.warn, check_signals=interruption.check)
            finish(Status.COMPLETED, test=test, **kept)
            folder.reserve.unlink(missing_ok=True)
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
            "out of memory: try a smaller batch (--set training.batch_size=…), or fewer images (--limit …)"
        ) from error


def _fit(
    experiment: Experiment,
    folder: RunFolder,
    history: History,
    check_signals: Callable[[], None],
    messages: Messages,
) -> None:
    """Trains the network from where the folder's checkpoints end; `history` grows with the epochs."""
    config, data, network = experiment.config, experiment.data, experiment.network
    options, execution = config.training, config.training.execution
    trainer = Trainer(
        network,
        options.loss,
        train=training_examples(config, data.train),
        monitored=evaluation_examples(config, data.monitored),
        batch_size=options.batch_size,
        corrupt=training_corruption(config),
        seed=config.seed,
    )
    compile_trainer(trainer, options, execution)
    history.extend(load_state(folder.checkpoints, trainer, messages.warn))
    if history:
        history.write_csv(folder.metrics)
        messages.say(f"Going on after epoch {len(history)} of {options.epochs}")
    assert isinstance(execution.chunk_steps, int)
    progress = ShowProgress(
        history, options.epochs, execution.chunk_steps, messages.console, messages.live, messages.note
    )
    with closing(progress), Background() as background:
        tensorboard = WriteTensorBoard(
            folder.tensorboard,
            folder.config.read_text(encoding="utf-8"),
            plain_values(config.model_dump(mode="json")),
            epoch_picture(config, data, network),
            len(history),
            background,
            messages.warn,
        )
        fit(
            trainer,
            options,
            execution,
            history,
            csv_path=folder.metrics,
            checkpoints=folder.checkpoints,
            background=background,
            save_best=lambda: save_network(network.whole, folder.network("best")),
            check_signals=check_signals,
            observers=[tensorboard, progress],
        )


def _last_metrics(history: History) -> dict[str, float]:
    return {name: value for name, value in history[-1].items() if name not in TIMES} if history else {}
