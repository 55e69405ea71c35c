"""`aecli runs rm`: runs that aren't wanted any more."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from aecli.cli.arguments import RUNS_DIR, RunsArgument, RunsDirOption
from aecli.cli.output import show
from aecli.core.errors import RequestError, RunError
from aecli.runs.folder import RunFolder
from aecli.runs.lookup import find
from aecli.runs.remove import check_removable, remove


def command(
    runs: RunsArgument,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,
    runs_dir: RunsDirOption = RUNS_DIR,
) -> None:
    """Remove runs with all that is in their folders; asks first."""
    folders = list({folder.path: folder for folder in (_named(run, runs_dir) for run in runs)}.values())
    for folder in folders:
        check_removable(folder)
    if not yes:
        if not sys.stdin.isatty():
            raise RequestError(
                "rm asks first, and nobody is there to answer; to remove them all the same: --yes"
            )
        for folder in folders:
            sys.stderr.write(f"{folder.path}\n")
        if not typer.confirm(f"Remove {len(folders)} run{'s' * (len(folders) > 1)} for good?", err=True):
            raise typer.Exit(1)
    for folder in folders:
        remove(folder)
        show(folder.path)


def _named(run: str, runs_dir: Path) -> RunFolder:
    """The run that is meant; none by way of a link, which leads to who knows where."""
    if Path(run.rstrip("/") or "/").is_symlink():
        raise RunError(f"{run}: is a link to another folder; remove the run where it is")
    return find(run, runs_dir)
