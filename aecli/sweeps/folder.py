"""A sweep's folder: the name of every file in it, and the one process that drives it."""

from __future__ import annotations

import fcntl
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aecli.config.yaml_text import dump, parse, read_text
from aecli.core.errors import RequestError
from aecli.core.files import write_text
from aecli.sweeps.sweep import Sweep

MAY_GROW = "trials"
"""What a sweep that goes on may change."""

OF_MACHINES = "resources"
"""What changes no trial's numbers."""


@dataclass(frozen=True)
class SweepFolder:
    """All that a sweep leaves.

    Attributes:
        path: The folder.
    """

    path: Path

    @property
    def sweep(self) -> Path:
        """The sweep with everything written out; `aecli sweep` takes it, and so the folder, in place of the file."""
        return self.path / "sweep.yaml"

    @property
    def journal(self) -> Path:
        """The study, as Optuna's journal; optuna-dashboard opens it."""
        return self.path / "study.journal"

    @property
    def runs(self) -> Path:
        """A run folder for each seed of each trial."""
        return self.path / "runs"

    @property
    def trials(self) -> Path:
        """What each run was started with: its config, and what it printed."""
        return self.path / "trials"

    @property
    def winner(self) -> Path:
        """The run of the best config on all training samples."""
        return self.path / "winner"

    @property
    def best(self) -> Path:
        """The best config, ready for `aecli train`."""
        return self.path / "best.yaml"

    @property
    def report(self) -> Path:
        """What came out."""
        return self.path / "report.md"

    @property
    def figures(self) -> Path:
        """The folder of the report's images."""
        return self.path / "figures"

    @contextmanager
    def driven(self) -> Iterator[None]:
        """Holds the folder for this process; makes it, if it isn't there.

        Raises:
            RequestError: Another process drives this sweep, or the folder can't be written to.
        """
        try:
            for folder in (self.runs, self.trials):
                folder.mkdir(parents=True, exist_ok=True)
            file = (self.path / ".lock").open("ab")
        except OSError as error:
            raise RequestError(f"{self.path}: no sweep can be kept here: {error.strerror}") from error
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise RequestError(f"{self.path}: another process is at this sweep") from error
            yield

    def begin(self, sweep: Sweep) -> None:
        """Writes what the sweep is, or makes sure that it is the one that was begun here.

        Raises:
            RequestError: It is another one, or the folder can't be written to.
        """
        if self.sweep.is_file():
            before, now = parse(read_text(self.sweep), str(self.sweep)).data, sweep.plain
            if not isinstance(before, dict):
                raise RequestError(f"{self.sweep}: damaged: this isn't a sweep. It may be removed")
            changed = [
                key for key in now if before.get(key) != now[key] and key not in (MAY_GROW, OF_MACHINES)
            ]
            if changed:
                raise RequestError(
                    f"{self.path}: holds a sweep of another {' and another '.join(changed)}, whose trials don't "
                    f"compare with these. To go on with that one: aecli sweep {shlex.quote(str(self.path))}. For "
                    "this one give another folder (--into), or remove that one"
                )
        write_text(self.sweep, dump(sweep.plain))
