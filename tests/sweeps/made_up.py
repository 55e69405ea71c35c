"""Sweeps without trainings: runs whose epochs are written by hand, one each time somebody looks."""

import fcntl
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from aecli.config.load import load_config
from aecli.runs.folder import RunFolder
from aecli.runs.lookup import find
from aecli.runs.record import Status
from aecli.sweeps.folder import SweepFolder
from aecli.sweeps.opening import open_sweep
from aecli.sweeps.study import Study
from aecli.sweeps.sweep import Sweep
from tests.runs.test_record import FACTS, record

EPOCHS = 6

TEXT = """
base:
  model: {type: dense}
  data: {name: mnist5k, validation_split: 0.1}
  training: {epochs: 6, optimizer: {type: adam}}
search:
  training.optimizer.learning_rate: {log: [1e-4, 1e-1]}
  model.latent.dim: {int: [2, 64], log: true}
  model.hidden: {choice: [[], [32], [64, 32]]}
trials: 12
"""


class Killed(BaseException):
    """What ends a driver as SIGKILL would: it does nothing afterwards."""


@dataclass
class MadeUpWorkers:
    """Workers whose runs reach, in epoch e, their learning rate plus 1 / e; those of dim 13 to 15 fail.

    Attributes:
        count: How many at once.
        alive: The names of the runs that are being trained, which outlive a driver that is killed.
        starts: How often runs were started.
        most: How many were trained at once, at most.
        dying: Kills each process before an epoch with this probability.
        driver_is_dead: Whether the driver that asks was killed.
    """

    count: int = 1
    alive: dict[str, RunFolder | None] = field(default_factory=dict)
    starts: int = 0
    most: int = 0
    dying: float = 0.0
    random: Random = field(default_factory=Random)
    driver_is_dead: bool = False

    def start(self, job):
        assert job.name not in self.alive, "two processes in one run"
        self.starts += 1
        self.alive[job.name] = job.run
        self.most = max(self.most, len(self.alive))
        if job.run:
            made = job.run.read_record()
            made.updated(job.run.record_file, status=Status.RUNNING)
            self._lock(job.run)

    def is_alive(self, job):
        """Each look lets each process do an epoch."""
        self._refuse_the_dead()
        if job.name in self.alive:
            self._work(job)
        return job.name in self.alive

    def stop(self, job):
        self._refuse_the_dead()
        if job.name in self.alive and (run := self.alive[job.name]):
            self._end(job, run, Status.INTERRUPTED)
        self.alive.pop(job.name, None)

    def _refuse_the_dead(self):
        if self.driver_is_dead:
            raise Killed

    def _lock(self, run):
        run.lock_file.touch()
        self.locks = getattr(self, "locks", {})
        self.locks[run.id] = run.lock_file.open("ab")
        fcntl.flock(self.locks[run.id], fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _work(self, job):
        if self.random.random() < self.dying:
            if run := self.alive[job.name]:
                self.locks.pop(run.id).close()
            del self.alive[job.name]
            return
        run = self.alive[job.name]
        if run is None:
            self.alive[job.name] = self._begin(job)
            return
        config = load_config(run.config).config
        rows = run.metrics.read_text().splitlines()
        epoch = len(rows)
        rate = config.training.optimizer.learning_rate + 0.01 * config.seed
        rows.append(f"{epoch},1,{rate + 1 / epoch},{rate + 1 / epoch}")
        run.metrics.write_text("\n".join(rows) + "\n")
        if 13 <= config.model.latent.dim < 16:
            self._end(job, run, Status.FAILED, reason="the loss became nan")
        elif epoch == config.training.epochs:
            self._end(job, run, Status.COMPLETED, checkpoint="last", checkpoint_epoch=epoch)

    def _begin(self, job):
        run = RunFolder(job.runs / f"20261123-0000{self.starts % 60:02}-{job.name}")
        run.path.mkdir(parents=True)
        run.config.write_text(job.config.read_text())
        run.metrics.write_text("epoch,total,val_reconstruction,val_total\n")
        record(id=run.id, status="running", data=FACTS, unit="nats/pixel", epochs=EPOCHS).write(
            run.record_file
        )
        self._lock(run)
        return run

    def _end(self, job, run, status, **more):
        epochs = len(run.metrics.read_text().splitlines()) - 1
        test = {"reconstruction": 0.5, "total": 0.5}
        run.read_record().updated(run.record_file, status=status, epochs_done=epochs, test=test, **more)
        self.locks.pop(run.id).close()
        del self.alive[job.name]


def written(folder: Path, text: str = TEXT) -> Path:
    """A sweep's file."""
    path = folder / "lr.yaml"
    path.write_text(text)
    return path


def opened(folder: Path, text: str = TEXT) -> tuple[Sweep, SweepFolder]:
    """A sweep, and the folder in which it is kept."""
    place = SweepFolder(folder / "lr")
    with place.driven():
        pass
    return open_sweep(written(folder, text), "lr"), place


def study_of(sweep: Sweep, folder: SweepFolder) -> Study:
    """Its study, opened anew."""
    return Study(sweep, folder.journal, 0, EPOCHS)


def outcome(study: Study) -> list[tuple[object, ...]]:
    """What became of each trial."""
    return [(trial.number, trial.params, trial.state.name, trial.values) for trial in study.trials]


def run_of_trial(folder: SweepFolder, number: int) -> RunFolder:
    """The only run of a trial."""
    (path,) = folder.runs.glob(f"*-trial-{number:04}")
    return find(str(path), folder.runs)
