"""The fit: a prepared trainer and its options go in, a trained network and its history come out."""

from collections.abc import Callable, Sequence
from pathlib import Path

import keras

from aecli.training.background import Background
from aecli.training.callbacks import (
    BeginEpoch,
    CheckSignals,
    KeepBest,
    RecordEpoch,
    SaveEpoch,
    StopEarly,
    StopOnDivergence,
)
from aecli.training.history import PREFIXES, History
from aecli.training.options import Execution, TrainingOptions
from aecli.training.precision import in_precision
from aecli.training.trainer import Trainer


def compile_trainer(trainer: Trainer, options: TrainingOptions, execution: Execution) -> None:
    """Gives a trainer its optimizer, with its variables made, so that a checkpoint can be put into it.

    Args:
        trainer: The trainer.
        options: Name the optimizer.
        execution: Says whether to use XLA.
    """
    optimizer = options.optimizer.make()
    optimizer.build(trainer.objective.trainable_variables)
    trainer.compile(optimizer=optimizer, jit_compile=bool(execution.compile))


def fit(
    trainer: Trainer,
    options: TrainingOptions,
    execution: Execution,
    history: History,
    *,
    monitored: str,
    csv_path: Path,
    checkpoints: Path,
    background: Background,
    save_best: Callable[[int], None],
    check_signals: Callable[[], None],
    observers: Sequence[keras.callbacks.Callback],
) -> None:
    """Trains from the epoch after the history's last one to the end.

    Args:
        trainer: Compiled, and in the state that the history led to.
        options: The training options.
        execution: Resolved: without `auto`.
        history: The epochs so far; grows by a row an epoch.
        monitored: What is measured after each epoch: `test` or `validation`.
        csv_path: Where the history is written after each epoch.
        checkpoints: The folder for the states to resume from.
        background: Writes them; whoever entered it waits for the last one.
        save_best: Saves the network of an epoch, from 1; called after each that is the best so far, if best is kept.
        check_signals: Called between two chunks of steps; raises to stop.
        observers: Callbacks that look on.

    Raises:
        RunFailed: The loss became infinite or no number.
        Interrupted: `check_signals` said so.
    """
    rules = options.early_stopping
    if rules is not None and rules.says_stop(history.monitored_losses):
        return
    assert isinstance(execution.chunk_steps, int)
    callbacks = [
        BeginEpoch(options, history),
        StopOnDivergence(execution.chunk_steps),
        CheckSignals(check_signals),
        RecordEpoch(history, PREFIXES[monitored]),
        *([KeepBest(history, save_best)] if options.selects else []),
        *observers,
        SaveEpoch(history, csv_path, checkpoints, background),
        *([StopEarly(history, rules)] if rules is not None else []),
    ]
    with in_precision(options.precision):
        trainer.fit(
            trainer.train_rows.chunks(execution.chunk_steps),
            validation_data=trainer.monitored_rows.chunks(execution.chunk_steps),
            initial_epoch=len(history),
            epochs=options.epochs,
            callbacks=callbacks,
            shuffle=False,  # the trainer orders its samples itself
            verbose=0,
        )
