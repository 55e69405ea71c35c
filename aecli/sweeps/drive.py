"""The driver: asks for trials, has their runs trained, looks on, prunes, and tells what they reached.

It alone writes the study. What happened is read from the run folders, so that it can be killed, as can be any
worker, and goes on where things stand.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress

from optuna.trial import Trial as Asked
from optuna.trial import TrialState

from aecli.core.errors import ConfigError, RunError, RunFailed
from aecli.core.text import number
from aecli.runs.folder import RunFolder
from aecli.runs.record import Status
from aecli.sweeps.folder import SweepFolder
from aecli.sweeps.restore import restore_lost
from aecli.sweeps.study import WARM_UP, Study
from aecli.sweeps.sweep import Sweep
from aecli.sweeps.trial import Trial, find_run
from aecli.sweeps.workers import Job, Workers, last_words

log = logging.getLogger(__name__)

PAUSE = 0.2
"""Seconds between two looks at what runs."""

TO_BE_RESUMED = (Status.INTERRUPTED, Status.CRASHED)


def drive(
    sweep: Sweep, folder: SweepFolder, study: Study, workers: Workers, check_signals: Callable[[], None]
) -> None:
    """Runs a sweep's trials, those that were begun before among them, to the end.

    Args:
        sweep: The sweep.
        folder: Its folder, held by this process.
        study: Its study.
        workers: Who trains.
        check_signals: Called several times a second; raises to stop. Then the runs are stopped too.

    Raises:
        RunFailed: The first trials failed, every one.
        Interrupted: `check_signals` said so.
    """
    restore_lost(sweep, folder, study)
    begun, active = study.unfinished, list[Trial]()
    try:
        while True:
            check_signals()
            while len(active) < workers.count and (begun or len(study.trials) < sweep.trials):
                if trial := _made(sweep, folder, study, begun.pop(0) if begun else study.ask()):
                    active.append(trial)
                    with suppress(RunError):  # the first look tells it
                        _start(trial, workers)
            if not active:
                return
            active = [trial for trial in active if not _has_ended(trial, study, workers)]
            time.sleep(PAUSE)
    except BaseException:
        _stop([trial.job for trial in active], workers)
        raise


def train_one(job: Job, workers: Workers, check_signals: Callable[[], None]) -> RunFolder:
    """Has one run trained that is no trial, and waits for it.

    Raises:
        RunFailed: It failed.
        Interrupted: `check_signals` said so.
    """
    if job.run is None or job.run.read_record().status in TO_BE_RESUMED:
        workers.start(job)
    try:
        while workers.is_alive(job):
            check_signals()
            time.sleep(PAUSE)
    except BaseException:
        _stop([job], workers)
        raise
    run = find_run(job.runs, job.name)
    if run is None or run.read_record().status is not Status.COMPLETED:
        raise RunFailed(f"{job.name}: {last_words(job.log)}")
    return run


def _made(sweep: Sweep, folder: SweepFolder, study: Study, asked: Asked) -> Trial | None:
    """A trial that can be started; None if its values don't go together."""
    try:
        config = sweep.config(study.values(asked.params))
    except ConfigError as error:
        _failed(study, asked, str(error).splitlines()[0])
        return None
    seeds = [config.model_copy(update={"seed": config.seed + i}) for i in range(sweep.options.seeds)]
    pruned = asked.user_attrs.get("pruned")
    return Trial(asked, seeds, folder, sweep.options.metric, ended_by=pruned)


def _start(trial: Trial, workers: Workers) -> None:
    """Has the run of the trial's seed trained, unless that is being done, or has ended."""
    job = trial.job
    status = job.run.read_record().status if job.run else None
    if not workers.is_alive(job) and (status is None or status in TO_BE_RESUMED) and not trial.ended_by:
        trial.write_config()
        workers.start(job)


def _has_ended(trial: Trial, study: Study, workers: Workers) -> bool:
    """Looks at a trial, and does what is to be done; whether the study was told how it ended."""
    try:
        return _was_told(trial, study, workers)
    except RunError as error:  # what its run left can't be read, or compares with nothing
        workers.stop(trial.job)
        return _failed(study, trial.asked, str(error))


def _was_told(trial: Trial, study: Study, workers: Workers) -> bool:
    alive, job = workers.is_alive(trial.job), trial.job
    run = job.run
    if run and trial.seed == 0 and trial.ended_by is None:
        _tell_epochs(trial, run)
        if trial.ended_by and alive:
            workers.stop(job)
    if alive:
        return False
    record = run.read_record() if run else None
    if run and record and trial.ended_by:
        record = record.updated(run.record_file, status=Status.PRUNED, reason=trial.ended_by)
        log.info(f"trial {trial.number}: {trial.ended_by}")
    if record and record.status is Status.COMPLETED:
        return _completed(trial, study, workers)
    if record and record.status is Status.PRUNED:
        study.tell(trial.asked, TrialState.PRUNED)
        return True
    was_killed = record is None or record.status in TO_BE_RESUMED
    if was_killed and not trial.has_crashed_too_often():
        _start(trial, workers)
        return False
    return _failed(study, trial.asked, (record and record.reason) or last_words(job.log))


def _tell_epochs(trial: Trial, run: RunFolder) -> None:
    """Tells the study what a run's epochs reached, up to the one at which it is to be pruned."""
    epochs = trial.configs[0].training.epochs
    for epoch, value in trial.new_epochs(run):
        trial.asked.report(value, epoch)
        if epoch < epochs and trial.asked.should_prune():
            trial.ended_by = f"pruned after epoch {epoch} at {number(value)}"
            trial.asked.set_user_attr("pruned", trial.ended_by)
            return


def _completed(trial: Trial, study: Study, workers: Workers) -> bool:
    """Goes on with the next seed, or says what the trial reached."""
    if trial.seed + 1 < len(trial.configs):
        trial.seed += 1
        _start(trial, workers)
        return False
    value = trial.value()
    trial.asked.set_user_attr("kept", trial.kept())
    study.tell(trial.asked, TrialState.COMPLETE, value)
    best = study.complete[0]
    log.info(
        f"trial {trial.number}: {number(value)} (best: {number(best.values[0])}, trial {best.number}; "
        f"{len(study.trials)} begun)"
    )
    return True


def _failed(study: Study, asked: Asked, reason: str) -> bool:
    """Says why a trial came to nothing; stops if all of the first ones do."""
    study.tell(asked, TrialState.FAIL, reason=reason)
    log.warning(f"trial {asked.number} failed: {reason}")
    failed = [trial for trial in study.trials if trial.state is TrialState.FAIL]
    if len(failed) == len(study.trials) == WARM_UP:
        raise RunFailed(f"the first {WARM_UP} trials all failed, the last one: {reason}")
    return True


def _stop(jobs: list[Job], workers: Workers) -> None:
    """Has runs stop, and waits until they have."""
    for job in jobs:
        workers.stop(job)
    while any(workers.is_alive(job) for job in jobs):
        time.sleep(PAUSE)
