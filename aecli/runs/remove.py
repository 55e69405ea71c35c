"""Removing a run, and nothing else."""

from __future__ import annotations

import shutil

from aecli.core.errors import RunError
from aecli.runs.folder import ID, RunFolder


def check_removable(folder: RunFolder) -> None:
    """Makes sure that a folder is a run that nobody trains.

    Raises:
        RunError: It is a link, isn't a run's folder, or another process trains in it.
    """
    if folder.path.is_symlink():
        raise RunError(f"{folder.path}: is a link to another folder; remove the run where it is")
    is_run = folder.record_file.is_file() and not folder.record_file.is_symlink()
    if not is_run or not ID.match(folder.path.name):
        raise RunError(f"{folder.path}: this folder isn't a run; it is left as it is")
    if folder.is_locked():
        raise RunError(f"{folder.path}: another process is training in this folder; stop it first")


def remove(folder: RunFolder) -> None:
    """Removes a run's folder; links in it go, and what they lead to stays.

    It is hidden first, so that one that is killed half-way leaves no half of a run to be seen.

    Raises:
        RunError: It isn't to be removed, or can't be.
    """
    check_removable(folder)
    try:
        with folder.lock():
            hidden = folder.path.rename(folder.path.with_name(f".{folder.path.name}"))
            shutil.rmtree(hidden)
    except OSError as error:
        raise RunError(f"{folder.path}: can't be removed: {error.strerror}") from error
