"""Making the folder of a new run."""

from __future__ import annotations

import os
import re
import shutil
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from aecli.core.errors import RequestError
from aecli.core.text import printable
from aecli.runs.folder import ID, RunFolder

ABANDONED = 60
"""Seconds after which a folder without a record, and without a process, is nobody's."""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


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
