"""RUN as a user types it → a run that can be used; and how its use ended."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from aecli.messages import Messages
    from aecli.run_folder import RunFolder
    from aecli.trained import TrainedRun
    from aecli.usage.outcome import Outcome


def find_run(run: str, runs_dir: Path) -> RunFolder:
    """The folder of a run that is to be used, once it is sure that its model is known.

    Raises:
        RunError: There is no such run, or its plugin isn't loaded.
    """
    from aecli.plugins import require_plugin
    from aecli.run_folder import find

    folder = find(run, runs_dir)
    require_plugin(folder.read_record())
    return folder


def opened_run(folder: RunFolder, messages: Messages) -> TrainedRun:
    """Starts TensorFlow and opens a run.

    Raises:
        RunError: It has no network, or is damaged.
    """
    from aecli import backend

    backend.load()
    from aecli.plugins import changed_plugin
    from aecli.trained import load_run

    opened = load_run(folder)
    if warning := changed_plugin(opened.record, opened.config.model):
        messages.warn(warning)
    return opened


def report(verb: str, outcome: Outcome, messages: Messages) -> None:
    """Prints what was written, and ends with 1 if something was passed over."""
    rate = outcome.done / max(outcome.seconds, 1e-9)
    passed = f"; {outcome.passed_over:,} passed over" if outcome.passed_over else ""
    messages.say(f"{verb} {outcome.done:,} in {outcome.seconds:.1f} s ({rate:,.0f}/s){passed}")
    for path in outcome.paths:
        print(path)  # noqa: T201
    if outcome.passed_over:
        raise typer.Exit(1)
