"""Who trains the runs of a sweep: what the driver asks of them, and processes on this machine."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from aecli.core.cores import cores
from aecli.core.errors import RequestError
from aecli.core.files import is_held, read_whole
from aecli.runs.folder import RunFolder

MAX_SAID = 2**20
"""Bytes of what a run printed that are read back."""


@dataclass(frozen=True)
class Job:
    """A run to be trained.

    Attributes:
        name: The run's name, which no other job of the sweep has.
        config: Its config's file.
        runs: Where its run folder lies, or will lie.
        run: That folder, if it is there: then the run goes on.
    """

    name: str
    config: Path
    runs: Path
    run: RunFolder | None = None

    @property
    def log(self) -> Path:
        """What it printed."""
        return self.config.with_suffix(".log")

    @property
    def lock(self) -> Path:
        """Locked by the process that trains it for as long as that lives, with its number in it."""
        return self.config.with_suffix(".lock")


class Workers(Protocol):
    """Trains runs, some at once."""

    @property
    def count(self) -> int:
        """How many at once."""

    def start(self, job: Job) -> None:
        """Has a run trained, or trained on; comes back at once."""

    def is_alive(self, job: Job) -> bool:
        """Whether it is being trained, by whoever started it."""

    def stop(self, job: Job) -> None:
        """Has it stop after its next step, as Ctrl-C would."""


class Processes:
    """Each run by a process of its own, that of `aecli train`, with its share of the cores.

    Args:
        count: How many at once.
        plugins: Files to be loaded first.
    """

    def __init__(self, count: int, plugins: Sequence[Path]) -> None:
        self.count = count
        self._command = [sys.executable, "-m", "aecli", "train", "--quiet"]
        for plugin in plugins:
            self._command += ["--plugin", str(plugin)]
        self._environment = environment(max(1, cores() // count))
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, job: Job) -> None:
        """Starts a process, which holds the job's lock from before it lives until it is dead."""
        goal = ["--resume", str(job.run.path)] if job.run else [str(job.config), "--name", job.name]
        try:
            with job.lock.open("wb") as lock, job.log.open("ab") as log:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                child = subprocess.Popen(  # noqa: S603 - our own program
                    [*self._command, "--runs-dir", str(job.runs), *goal],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=self._environment,
                    pass_fds=[lock.fileno()],
                    start_new_session=True,  # Ctrl-C is the driver's, which hands it on
                )
                lock.write(str(child.pid).encode())
        except OSError as error:
            raise RequestError(f"{job.name}: can't be started: {error.strerror}") from error
        self._children[job.name] = child

    def is_alive(self, job: Job) -> bool:
        """Whether its lock is held: also by a process that a driver which was killed left behind."""
        if child := self._children.get(job.name):
            child.poll()  # else it would stay a zombie
        return is_held(job.lock)

    def stop(self, job: Job) -> None:
        """Sends its process SIGTERM."""
        if self.is_alive(job) and (number := read_whole(job.lock, 32)):
            os.kill(int(number), signal.SIGTERM)


def environment(threads: int) -> dict[str, str]:
    """That of a process which trains on so many cores."""
    shares = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS")
    return {**os.environ, **dict.fromkeys(shares, str(threads))}


def last_words(log: Path) -> str:
    """The end of what a run printed, on one line: why it came to nothing."""
    try:
        text = read_whole(log, MAX_SAID).decode(errors="replace")
    except OSError:
        return "it left no word"
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it left no word"
