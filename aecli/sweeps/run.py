"""The story of a sweep: its trials, then the best config on all training samples, then the report."""

from __future__ import annotations

import logging

from aecli.config.schema import Config
from aecli.config.yaml_text import dump
from aecli.core.errors import Interrupted, RequestError, RunFailed
from aecli.core.files import write_text
from aecli.runs.folder import RunFolder
from aecli.sweeps.drive import drive, train_one
from aecli.sweeps.folder import SweepFolder
from aecli.sweeps.report import write_report
from aecli.sweeps.study import Study
from aecli.sweeps.sweep import Sweep
from aecli.sweeps.trial import find_run, run_name
from aecli.sweeps.workers import Job, Workers
from aecli.training.interruption import Interruption

log = logging.getLogger(__name__)


def run_sweep(sweep: Sweep, folder: SweepFolder, workers: Workers, command: str) -> None:
    """Runs a sweep, or goes on with one, and reports.

    Args:
        sweep: The sweep.
        folder: Where it is kept.
        workers: Who trains.
        command: The command that was typed.

    Raises:
        RequestError: The folder holds another sweep, is in use, or can't be written to; or the data can't be
            read, or nothing of it is held out.
        RunFailed: No trial came to its end, or the training of the best config failed.
        Interrupted: A signal came.
    """
    _require_held_out(sweep.config({}))
    with folder.driven():
        folder.begin(sweep)
        study = open_study(sweep, folder)
        with Interruption() as interruption:
            try:
                drive(sweep, folder, study, workers, interruption.check)
                if not study.complete:
                    raise RunFailed(f"{folder.path}: no trial came to its end; {folder.trials} says why")
                winner = _train_winner(sweep, folder, study, workers, interruption)
            except Interrupted as stop:
                stopped = f"{folder.path}: {stop}; no trial is lost. To go on: {command}"
                raise Interrupted(stopped, stop.exit_code - 128) from stop
        write_report(sweep, folder, study, winner, command)


def _require_held_out(config: Config) -> None:
    """Reads data that may say itself what is held out, and makes sure that it does."""
    if not config.data.validation_split and config.data.read().validation is None:
        raise RequestError(
            f"{config.data.whereabouts()}: nothing of this data is held out, by which trials could be chosen: add "
            "--set data.validation_split=0.1"
        )


def open_study(sweep: Sweep, folder: SweepFolder) -> Study:
    """The study of a sweep, as its folder has it."""
    base = sweep.config({})
    return Study(sweep, folder.journal, base.seed, base.training.epochs)


def winner_of(folder: SweepFolder, study: Study) -> RunFolder | None:
    """The run of the best config on all training samples; None where that isn't trained."""
    best = study.complete[0]
    return find_run(folder.winner, run_name(best.number, 0, 1))


def _train_winner(
    sweep: Sweep, folder: SweepFolder, study: Study, workers: Workers, interruption: Interruption
) -> RunFolder:
    """Trains the best config on all training samples, once."""
    best = study.complete[0]
    config = on_all_samples(sweep.config(study.values(best.params)), best.user_attrs["kept"])
    name = run_name(best.number, 0, 1)
    header = f"# The best of {len(study.trials)} trials of the sweep '{sweep.name}': trial {best.number}.\n"
    write_text(folder.best, header + dump(config.model_dump(mode="json")))
    log.info(f"Training the best config ({folder.best}) on all training samples")
    config_file = folder.trials / f"winner-{name}.yaml"
    write_text(config_file, dump(config.model_dump(mode="json")))
    job = Job(name, config_file, folder.winner, winner_of(folder, study))
    return train_one(job, workers, interruption.check)


def on_all_samples(config: Config, epochs: int) -> Config:
    """A config that holds out nothing, and so chooses nothing by what is held out.

    Args:
        config: The config of a trial.
        epochs: The epoch that the trial kept: where it was chosen, training ends there now.
    """
    data = config.data.model_copy(update={"validation_split": 0.0})
    training = config.training
    if training.selects or training.early_stopping is not None:
        chosen = {"epochs": epochs, "early_stopping": None, "select_best": False}
        training = training.model_copy(update=chosen)
    return config.model_copy(update={"data": data, "training": training})
