"""A run's folder: the name of every file in it; creating, finding and listing runs."""

from __future__ import annotations

import fcntl
import os
import re
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from aecli.core.errors import RequestError, RunError
from aecli.core.text import printable
from aecli.runs.record import Record, Status

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


FINISHED = (Status.COMPLETED,)
UNFINISHED = (Status.INTERRUPTED, Status.CRASHED, Status.FAILED)


@dataclass(frozen=True)
class RunFolder:
    """The one record of a run.

    Attributes:
        path: The folder; its name is the run's id.
    """

    path: Path

    @property
    def id(self) -> str:
        """The run's id: `20261123-041530-conv`."""
        return self.path.name

    @property
    def config(self) -> Path:
        """The config with everything resolved; training it again gives the same run."""
        return self.path / "config.yaml"

    @property
    def record_file(self) -> Path:
        """Status, versions, data and results; see `aecli.runs.record`."""
        return self.path / "run.json"

    @property
    def metrics(self) -> Path:
        """A row an epoch."""
        return self.path / "metrics.csv"

    @property
    def evaluation(self) -> Path:
        """What `aecli evaluate` measured; see `aecli.evaluation.report`."""
        return self.path / "metrics.json"

    @property
    def log(self) -> Path:
        """What was printed."""
        return self.path / "train.log"

    @property
    def reference(self) -> Path:
        """What later commands need of the data; see `aecli.runs.reference`."""
        return self.path / "reference.npz"

    @property
    def checkpoints(self) -> Path:
        """The folder of the saved networks and of the states to resume from."""
        return self.path / "checkpoints"

    @property
    def tensorboard(self) -> Path:
        """The folder of TensorBoard's event files."""
        return self.path / "tensorboard"

    @property
    def figures(self) -> Path:
        """The folder of the images."""
        return self.path / "figures"

    @property
    def exports(self) -> Path:
        """The folder of the networks for other programs; there once something was exported."""
        return self.path / "exports"

    @property
    def lock_file(self) -> Path:
        """Locked by the process that trains in this folder for as long as it lives."""
        return self.path / ".lock"

    @property
    def reserve(self) -> Path:
        """Some kilobytes that are given back when the disk is full, so that `run.json` can say so."""
        return self.path / ".reserve"

    def network(self, which: str) -> Path:
        """The file of a saved network: `last`, `best`, `encoder` or `decoder`."""
        return self.checkpoints / f"{which}.keras"

    def read_record(self) -> Record:
        """The run's record, with the status of a run whose process has died corrected to `crashed`.

        Raises:
            RunError: There is none, or it is damaged.
        """
        record = Record.read(self.record_file)
        if record.status is Status.RUNNING and not self.is_locked():
            return record.model_copy(update={"status": Status.CRASHED})
        return record

    def is_locked(self) -> bool:
        """Whether a living process trains in this folder."""
        try:
            with self.lock_file.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except OSError:
            return True
        return False

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Holds the folder for this process; the lock falls with the process, however it ends.

        Raises:
            RunError: Another process trains in this folder, or it can't be written to.
        """
        try:
            file = self.lock_file.open("ab")
        except OSError as error:
            raise RunError(f"{self.path}: can't be written to: {error.strerror}") from error
        with file:
            if not _locked_within_moments(file):
                raise RunError(f"{self.path}: another process is training in this folder")
            yield

    def refuse_links(self) -> None:
        """Makes sure that writing into this folder, which may be someone else's, writes nowhere else.

        Raises:
            RunError: Something in the folder is a symbolic link.
        """
        for path in self.path.rglob("*"):
            if path.is_symlink():
                raise RunError(
                    f"{path}: is a link out of the run's folder, which nothing of ours makes; refused"
                )


def _locked_within_moments(file: IO[bytes]) -> bool:
    """Takes a lock; tries for a moment, in which `is_locked` of another process may hold it."""
    for _ in range(10):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            time.sleep(0.02)
        else:
            return True
    return False


def check_name(name: str) -> str:
    """A run's name, if it can be part of a folder's name everywhere.

    Raises:
        RequestError: It can't.
    """
    if not NAME.fullmatch(name):
        raise RequestError(
            f"--name {printable(name)}: a name is 1 to 64 letters, digits, dots, dashes and underscores, "
            "and starts with a letter or digit"
        )
    return name


def create(runs_dir: Path, name: str) -> RunFolder:
    """Makes a new run folder `<UTC time>-<name>`, with a number behind it if that is taken.

    Args:
        runs_dir: The folder of all runs; made if it isn't there.
        name: The run's name, checked by `check_name`.

    Raises:
        RequestError: The folder can't be written to.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    number = 1
    try:
        runs_dir.mkdir(parents=True, exist_ok=True)
        while True:
            path = runs_dir / (f"{stamp}-{name}" if number == 1 else f"{stamp}-{name}-{number}")
            try:
                path.mkdir()
            except FileExistsError:
                number += 1
                continue
            run = RunFolder(path)
            for folder in (run.checkpoints, run.tensorboard, run.figures):
                folder.mkdir()
            return run
    except OSError as error:
        raise RequestError(f"{runs_dir}: no run folder can be made here: {error.strerror}") from error


def runs_in(runs_dir: Path) -> list[RunFolder]:
    """All folders that look like runs, newest first (by id, which starts with the time)."""
    if not runs_dir.is_dir():
        return []
    with os.scandir(runs_dir) as entries:
        names = [entry.name for entry in entries if entry.is_dir() and re.match(r"\d{8}-\d{6}-", entry.name)]
    return [RunFolder(runs_dir / name) for name in sorted(names, key=_age, reverse=True)]


def _age(run_id: str) -> tuple[str, str, int]:
    """Sort key: time, name, and the number behind a name taken twice in one second."""
    stamp, rest = run_id[:15], run_id[16:]
    number = re.search(r"-(\d+)$", rest)
    return (stamp, rest[: number.start()] if number else rest, int(number[1]) if number else 1)


def find(reference: str, runs_dir: Path, latest: Collection[Status] = FINISHED) -> RunFolder:
    """The run that a user means.

    Args:
        reference: A folder, a run's id, a unique beginning of one, or `latest`.
        runs_dir: The folder of all runs.
        latest: The newest run of one of these statuses is what `latest` means.

    Raises:
        RunError: None fits, or more than one.
    """
    if not reference:
        raise RunError("RUN is empty; give a run's folder, its id, a unique beginning of one, or 'latest'")
    if os.path.isfile(os.path.join(reference, "run.json")):  # noqa: PTH113, PTH118 - Path's raise on long names
        return RunFolder(Path(reference).resolve())
    runs = runs_in(runs_dir)
    if reference == "latest":
        for run in runs:
            if _status(run) in latest:
                return run
        more = "; to train a complete one on, raise its total with --epochs" if latest == UNFINISHED else ""
        raise RunError(f"latest: no {' or '.join(latest)} run in {runs_dir}{more}")
    fitting = [run for run in runs if run.id.startswith(reference)]
    exact = [run for run in fitting if run.id == reference]
    if len(exact or fitting) == 1:
        return (exact or fitting)[0]
    if fitting:
        ids = "\n".join(f"  {run.id}" for run in fitting[:10])
        raise RunError(f"{printable(reference)}: fits {len(fitting)} runs; type more of the id:\n{ids}")
    if os.path.isdir(reference):  # noqa: PTH112
        raise RunError(f"{printable(reference)}: this folder is no run: it has no run.json")
    newest = "".join(f"\n  {run.id}" for run in runs[:5])
    there = f"The newest are:{newest}" if runs else "There are none yet."
    raise RunError(f"{printable(reference)}: no such run in {runs_dir}. {there}")


def _status(run: RunFolder) -> Status | None:
    try:
        return run.read_record().status
    except RunError:
        return None
