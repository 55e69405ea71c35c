"""A run's folder: the name of every file in it, and who may write there."""

from __future__ import annotations

import fcntl
import re
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from aecli.core.errors import RunError
from aecli.core.files import is_held
from aecli.runs.record import Record, Status

ID = re.compile(r"\d{8}-\d{6}-")
"""What a run's id begins with: its time."""


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
