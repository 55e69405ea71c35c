"""The story of a reproduction: train what is missing, measure it, judge it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from aecli.config.schema import Config
from aecli.config.trial import Trial
from aecli.data.splits import prepare
from aecli.evaluation.evaluate import evaluate
from aecli.evaluation.report import Report
from aecli.experiment.train import resume, train
from aecli.reports.reproduction.trials import (
    FoundRun,
    current_report,
    finished,
    finished_seeds,
    on_same_data,
    runs_of_this_version,
    unfinished,
)
from aecli.reports.reproduction.verdicts import Reproduced, lines
from aecli.runs.opened import open_run

log = logging.getLogger(__name__)


def reproduce(
    trials: Sequence[Trial], seeds: int, runs_dir: Path, nll_draws: int, probe_samples: int, command: str
) -> list[Reproduced]:
    """Trains and measures what wasn't yet, and judges all there is.

    A run that was trained to its end by this version, with the same config on the same data, isn't trained
    again; one that was interrupted is gone on with. Further seeds of earlier calls count too.

    Args:
        trials: The recipes.
        seeds: How many seeds of each there must be.
        runs_dir: The folder of all runs.
        nll_draws: Draws a sample for the likelihood of variational autoencoders.
        probe_samples: Training samples, at most, that teach the probes.
        command: The command that was typed.

    Returns:
        What came of each recipe.

    Raises:
        AecliError: The data can't be had, or a training failed; what was done before remains.
    """
    outcomes = []
    for trial in trials:
        data = prepare(trial.config.data.read(), trial.config.seed).record
        for repeat in range(seeds):
            runs = on_same_data(runs_of_this_version(runs_dir), data)
            _train(trial.seeded(repeat), trial.recipe, runs, runs_dir, command)
        runs = finished_seeds(trial.config, on_same_data(runs_of_this_version(runs_dir), data))
        reports = [_measured(run, nll_draws, probe_samples) for run in runs]
        judged = lines(trial.recipe, trial.expectations, [report.own for report in reports])
        outcomes.append(Reproduced(trial, runs, reports, judged))
    return outcomes


def _train(config: Config, name: str, runs: Sequence[FoundRun], runs_dir: Path, command: str) -> None:
    """Trains a config, unless one of the runs that there are did that."""
    if done := finished(config, runs):
        log.info(f"{name}, seed {config.seed}: trained before: {done.folder.id}")
        return
    import keras

    keras.backend.clear_session()  # what the run before left in memory
    if begun := unfinished(config, runs):
        resume(begun.folder, (), command)
    else:
        train(config, name, runs_dir, command)


def _measured(run: FoundRun, nll_draws: int, probe_samples: int) -> Report:
    """What was measured of a run, measured now if it wasn't yet."""
    report = current_report(run, nll_draws, probe_samples)
    if report is not None:
        return report
    return evaluate(open_run(str(run.folder.path), run.folder.path.parent), nll_draws, [], probe_samples)
