"""Finding runs: all there are, and the one that is meant."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from pathlib import Path

from aecli.core.errors import RunError
from aecli.core.text import printable
from aecli.runs.folder import ID, RunFolder
from aecli.runs.record import Status

FINISHED = (Status.COMPLETED,)
UNFINISHED = (Status.INTERRUPTED, Status.CRASHED, Status.FAILED)


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
