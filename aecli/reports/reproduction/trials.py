"""A config and its seed → the run that already trained it, if there is one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from aecli.config.load import load_config
from aecli.config.schema import Config
from aecli.config.trial import identity
from aecli.core.errors import ConfigError, RunError
from aecli.data.facts import Facts, fingerprints
from aecli.evaluation.report import Report
from aecli.runs.folder import RunFolder
from aecli.runs.lookup import UNFINISHED, runs_in
from aecli.runs.record import Record, Status


@dataclass(frozen=True)
class FoundRun:
    """A run of this version of aecli.

    Attributes:
        folder: Its folder.
        record: Its record.
        config: Its config.
    """

    folder: RunFolder
    record: Record
    config: Config


def runs_of_this_version(runs_dir: Path) -> list[FoundRun]:
    """The runs of a folder that this version of aecli made, newest first; damaged ones are skipped."""
    found = []
    for folder in runs_in(runs_dir):
        try:
            record = folder.read_record()
            if record.versions.get("aecli") == version("aecli"):
                found.append(FoundRun(folder, record, load_config(folder.config).config))
        except (RunError, ConfigError):
            continue
    return found


def on_same_data(runs: Sequence[FoundRun], data: Facts) -> list[FoundRun]:
    """The runs on data with the fingerprints of this record."""
    return [run for run in runs if fingerprints(run.record.data) == fingerprints(data)]


def finished(config: Config, runs: Sequence[FoundRun]) -> FoundRun | None:
    """The newest run that trained this config, with this seed, to the end."""
    return _first(config, runs, (Status.COMPLETED,))


def unfinished(config: Config, runs: Sequence[FoundRun]) -> FoundRun | None:
    """The newest run of this config, with this seed, that can be gone on with."""
    return _first(config, runs, UNFINISHED)


def finished_seeds(config: Config, runs: Sequence[FoundRun]) -> list[FoundRun]:
    """The newest completed run of this config for each seed, by seed."""
    wanted, by_seed = identity(config), dict[int, FoundRun]()
    for run in runs:
        seed = run.config.seed
        if run.record.status is Status.COMPLETED and identity(run.config) == {**wanted, "seed": seed}:
            by_seed.setdefault(seed, run)
    return [by_seed[seed] for seed in sorted(by_seed)]


def current_report(run: FoundRun, nll_draws: int, probe_samples: int) -> Report | None:
    """What was measured of a run, if it was this version that measured its network, in this way."""
    try:
        report = Report.read(run.folder.evaluation)
    except RunError:
        return None
    asked = (version("aecli"), nll_draws, probe_samples, run.record.weights)
    done = (report.aecli, report.nll_draws, report.probe_samples, report.weights)
    return report if asked == done else None


def _first(config: Config, runs: Sequence[FoundRun], status: Collection[Status]) -> FoundRun | None:
    wanted = identity(config)
    fitting = (run for run in runs if run.record.status in status and identity(run.config) == wanted)
    return next(fitting, None)
