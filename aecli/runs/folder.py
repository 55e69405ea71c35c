"""A run's folder: the name of every file in it; creating, finding and listing runs."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import stat
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from aecli.core.errors import RequestError, RunError
from aecli.core.files import is_held
from aecli.core.text import printable
from aecli.runs.record import Record, Status

ABANDONED = 60
"""Seconds after which a folder without a record, and without a process, is nobody's."""

ID = re.compile(r"\d{8}-\d{6}-")
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
        return self.path.name.removeprefix(".")

    @property
    def name(self) -> str:
        """The run's name, which its recipe or `--name` gave it: `conv`."""
        return self.id[16:] if ID.match(self.id) else self.id

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
    def evolution(self) -> Path:
        """What the network made of a few samples after some epochs; see `aecli.runs.evolution`."""
        return self.path / "evolution.npz"

    @property
    def evaluation(self) -> Path:
        """What `aecli evaluate` measured; see `aecli.evaluation.report`."""
        return self.path / "metrics.json"

    @property
    def remarks(self) -> Path:
        """Tags and a note; there once someone made them; see `aecli.runs.remarks`."""
        return self.path / "remarks.json"

    @property
    def log(self) -> Path:
        """What was printed."""
        return self.path / "train.log"

    @property
    def checkpoints(self) -> Path:
        """The folder of the states to resume from and, while the best epoch is sought, of the best so far."""
        return self.path / "checkpoints"

    @property
    def networks(self) -> Path:
        """The folder of the network that later commands load, in a folder of its own."""
        return self.path / "networks"

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

    def network(self, name: str) -> Path:
        """The folder of a network: autoencoder, encoder, decoder, and what it needs of the data."""
        return self.networks / name

    def candidate(self, epoch: int) -> Path:
        """The file of a network that was the best so far when it was saved."""
        return self.checkpoints / f"best-{epoch:06}.keras"

    def weights_of(self, epoch: int) -> Path:
        """The file that holds the weights after an epoch that was the best."""
        kept = sorted(self.networks.glob(f"epoch-{epoch:06}-*/autoencoder.keras"))
        return kept[0] if kept and not self.candidate(epoch).is_file() else self.candidate(epoch)

    def sweep(self, network: str | None) -> None:
        """Takes out what a killed process left half written, and networks that the record doesn't name.

        Args:
            network: The network that the record names; None keeps all.
        """
        litter = [path for path in self.path.rglob(".*") if path.name not in (".lock", ".reserve")]
        if network is not None:
            litter += [path for path in self.networks.glob("epoch-*") if path.name != network]
            litter += self.checkpoints.glob("best-*.keras")
        for path in litter:
            with suppress(OSError):
                shutil.rmtree(path) if path.is_dir() else path.unlink()

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
        return self.lock_file.is_file() and is_held(self.lock_file)  # a pipe would wait for ever

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

    def refuse_foreign(self) -> None:
        """Makes sure that this folder, which may be someone else's, holds files and folders alone.

        Writing through a link writes elsewhere, and reading a pipe waits for ever.

        Raises:
            RunError: Something in the folder is a link, a pipe or a device.
        """
        for path in self.path.rglob("*"):
            mode = path.lstat().st_mode
            if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
                what = "a link out of the run's folder" if stat.S_ISLNK(mode) else "no regular file"
                raise RunError(f"{path}: is {what}, which nothing of ours makes; refused")


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

    It is hidden until `publish` shows it, so that there is no run without a record.

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
        _sweep_hidden(runs_dir)
        while True:
            run_id = f"{stamp}-{name}" if number == 1 else f"{stamp}-{name}-{number}"
            number += 1
            run = RunFolder(runs_dir / f".{run_id}")
            try:
                run.path.mkdir()
            except FileExistsError:
                continue
            if os.path.lexists(runs_dir / run_id):
                run.path.rmdir()
                continue
            for folder in (run.checkpoints, run.networks, run.tensorboard, run.figures):
                folder.mkdir()
            return run
    except OSError as error:
        raise RequestError(f"{runs_dir}: no run folder can be made here: {error.strerror}") from error


def publish(hidden: RunFolder) -> RunFolder:
    """Shows a run folder that `create` made, once it has a record."""
    return RunFolder(hidden.path.rename(hidden.path.with_name(hidden.id)))


def _sweep_hidden(runs_dir: Path) -> None:
    """Takes out folders of processes that were killed before their run had a record."""
    for path in runs_dir.glob(".*"):
        if not ID.match(path.name[1:]):
            continue
        with suppress(OSError):  # another process may show or sweep it just now
            if time.time() - path.stat().st_mtime > ABANDONED and not RunFolder(path).is_locked():
                shutil.rmtree(path)


def runs_in(runs_dir: Path) -> list[RunFolder]:
    """All folders that look like runs, newest first (by id, which starts with the time)."""
    if not runs_dir.is_dir():
        return []
    with os.scandir(runs_dir) as entries:
        names = [entry.name for entry in entries if entry.is_dir() and ID.match(entry.name)]
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
        raise RunError(f"{printable(reference)}: this folder isn't a run: it has no run.json")
    newest = "".join(f"\n  {run.id}" for run in runs[:5])
    there = f"The newest are:{newest}" if runs else "There are none yet."
    raise RunError(f"{printable(reference)}: no such run in {runs_dir}. {there}")


def _status(run: RunFolder) -> Status | None:
    try:
        return run.read_record().status
    except RunError:
        return None
