"""The story of a reproduction: train what is missing, measure it, judge it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import keras

from aecli import experiment
from aecli.config import Config
from aecli.data.splits import prepare
from aecli.evaluation.evaluate import evaluate
from aecli.evaluation.report import Report
from aecli.messages import Messages
from aecli.reproduction.trials import (
    FoundRun,
    Trial,
    current_report,
    finished,
    finished_seeds,
    on_same_data,
    runs_of_this_version,
    unfinished,
)
from aecli.reproduction.verdicts import Line, lines


@dataclass(frozen=True)
class Outcome:
    """What a recipe's runs reached.

    Attributes:
        trial: The recipe.
        runs: Its completed runs, a seed each.
        reports: What was measured of each.
        lines: The verdicts.
    """

    trial: Trial
    runs: list[FoundRun]
    reports: list[Report]
    lines: list[Line]


def reproduce(
    trials: Sequence[Trial], seeds: int, runs_dir: Path, nll_samples: int, command: str, quiet: bool
) -> list[Outcome]:
    """Trains and measures what wasn't yet, and judges all there is.

    A run that was trained to its end by this version, with the same config on the same data, isn't trained
    again; one that was interrupted is gone on with. Further seeds of earlier calls count too.

    Args:
        trials: The recipes.
        seeds: How many seeds of each there must be.
        runs_dir: The folder of all runs.
        nll_samples: Draws an image for the likelihood of variational autoencoders.
        command: The command that was typed.
        quiet: Print warnings only.

    Returns:
        What came of each recipe.

    Raises:
        AecliError: The data can't be had, or a training failed; what was done before remains.
    """
    outcomes = []
    for trial in trials:
        data = prepare(trial.config.data.read(Messages(quiet).warn), trial.config.seed).record
        for repeat in range(seeds):
            runs = on_same_data(runs_of_this_version(runs_dir), data)
            _train(trial.seeded(repeat), trial.recipe, runs, runs_dir, command, quiet)
        runs = finished_seeds(trial.config, on_same_data(runs_of_this_version(runs_dir), data))
        reports = [_measured(run, nll_samples, quiet) for run in runs]
        judged = lines(trial.recipe, trial.expectations, reports)
        outcomes.append(Outcome(trial, runs, reports, judged))
    return outcomes


def _train(
    config: Config, name: str, runs: Sequence[FoundRun], runs_dir: Path, command: str, quiet: bool
) -> None:
    """Trains a config, unless one of the runs that there are did that."""
    messages = Messages(quiet)
    if done := finished(config, runs):
        messages.say(f"{name}, seed {config.seed}: trained before: {done.folder.id}")
        return
    keras.backend.clear_session()  # what the run before left in memory
    if begun := unfinished(config, runs):
        experiment.resume(begun.folder, None, command, messages)
    else:
        experiment.train(config, name, runs_dir, command, messages)


def _measured(run: FoundRun, nll_samples: int, quiet: bool) -> Report:
    """What was measured of a run, measured now if it wasn't yet."""
    report = current_report(run, nll_samples)
    return report or evaluate(run.folder, nll_samples, [], Messages(quiet))
