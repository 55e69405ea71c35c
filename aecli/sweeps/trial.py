"""A trial: values for the searched settings, and the run of each seed that is trained with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from statistics import fmean

from optuna.trial import Trial as Asked

from aecli.config.schema import Config
from aecli.config.yaml_text import dump
from aecli.core.errors import RunError
from aecli.core.files import write_text
from aecli.runs.folder import ID, RunFolder
from aecli.sweeps.folder import SweepFolder
from aecli.sweeps.workers import Job
from aecli.training.history import History

TRIES = 3
"""Times in a row that a run may crash in the same epoch before its trial is given up."""


@dataclass
class Trial:
    """A trial under way.

    Attributes:
        asked: It, as the study knows it.
        configs: The config of each seed.
        folder: The sweep's.
        metric: What counts.
        seed: Which of the configs is under way, from 0.
        ended_by: Why it is being stopped before its end; None while it isn't.
    """

    asked: Asked
    configs: Sequence[Config]
    folder: SweepFolder
    metric: str
    seed: int = 0
    ended_by: str | None = None
    crashes: dict[int, int] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """Its number, from 0."""
        return self.asked.number

    @property
    def job(self) -> Job:
        """The run of the seed that is under way."""
        name = run_name(self.number, self.seed, len(self.configs))
        config = self.folder.trials / f"{name}.yaml"
        return Job(name, config, self.folder.runs, find_run(self.folder.runs, name))

    def write_config(self) -> None:
        """Writes what the next run is started with."""
        write_text(self.job.config, dump(self.configs[self.seed].model_dump(mode="json")))

    def new_epochs(self, run: RunFolder) -> list[tuple[int, float]]:
        """What the study hasn't been told: epochs, from 1, and what each reached."""
        told = self.asked.storage.get_trial(self.asked._trial_id).intermediate_values
        return [
            (epoch, value) for epoch, value in enumerate(reached(run, self.metric), 1) if epoch not in told
        ]

    def has_crashed_too_often(self) -> bool:
        """Notes a crash, and says whether the trial is to be given up."""
        run = self.job.run
        epochs = len(reached(run, self.metric)) if run else 0
        self.crashes[epochs] = self.crashes.get(epochs, 0) + 1
        return self.crashes[epochs] >= TRIES

    def value(self) -> float:
        """The mean of what the kept network of each seed reached.

        Raises:
            RunError: A run is gone or damaged, or reached no number.
        """
        values = []
        for run in self._runs():
            epochs, epoch = reached(run, self.metric), run.read_record().checkpoint_epoch or 0
            if epoch > len(epochs) or not epochs:
                raise RunError(f"{run.metrics}: says nothing of {self.metric} in the epoch that was kept")
            if not isfinite(epochs[epoch - 1]):
                raise RunError(f"{self.metric} was {epochs[epoch - 1]} in the epoch that was kept")
            values.append(epochs[epoch - 1])
        return fmean(values)

    def kept(self) -> int:
        """The epoch whose network was kept, from 1; the mean of all seeds.

        Raises:
            RunError: A run is gone or damaged.
        """
        return round(fmean(run.read_record().checkpoint_epoch or 1 for run in self._runs()))

    def _runs(self) -> Iterator[RunFolder]:
        """The run of each seed."""
        for seed in range(len(self.configs)):
            name = run_name(self.number, seed, len(self.configs))
            if (run := find_run(self.folder.runs, name)) is None:
                raise RunError(f"{name}: its run folder is gone")
            yield run


def run_name(number: int, seed: int, seeds: int) -> str:
    """What the run of a trial's seed is called."""
    return f"trial-{number:04}" + (f"-seed-{seed}" if seeds > 1 else "")


def find_run(runs: Path, name: str) -> RunFolder | None:
    """The folder of a run by its name alone; None if there is none."""
    fitting = [path for path in runs.glob(f"*-{name}") if ID.match(path.name) and path.name[16:] == name]
    return RunFolder(fitting[0]) if fitting else None


def reached(run: RunFolder, metric: str) -> list[float]:
    """What each epoch of a run reached."""
    try:
        return History.read_csv(run.metrics).column(metric)
    except (RunError, KeyError):
        return []
