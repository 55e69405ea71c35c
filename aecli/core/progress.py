"""Bars that show how far something is: on standard error, and only on a terminal."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any, TypeVar

from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
    track,
)

from aecli.core import log

T = TypeVar("T")


def progress(*columns: ProgressColumn | str) -> Progress:
    """Bars of these columns that vanish when they are done; nothing is drawn where nobody looks."""
    terminal = log.terminal()
    return Progress(*columns, console=terminal.console, transient=True, disable=not terminal.is_live)


def tracked(items: Sequence[T], title: str) -> Iterable[T]:
    """The same items, with a bar that moves as they are taken."""
    terminal = log.terminal()
    return track(items, title, console=terminal.console, transient=True, disable=not terminal.is_live)


class Bar:
    """Shows how much is done, while it is entered.

    Args:
        title: Stands before the bar.
        total: How much there is; None if nobody knows.
        counts: Shows how much is done and how fast: samples by default.
    """

    def __init__(self, title: str, total: int | None, *counts: ProgressColumn) -> None:
        self._started = time.perf_counter()
        shown = counts or (MofNCompleteColumn(), TextColumn("[dim]{task.fields[rate]}[/dim]"))
        self._bar = progress("{task.description}", BarColumn(), *shown, TimeRemainingColumn())
        self._task = self._bar.add_task(title, total=total, rate="")
        self.done = 0

    @classmethod
    def of_bytes(cls, title: str, total: int | None) -> Bar:
        """A bar of a download."""
        return cls(title, total, DownloadColumn())

    def __enter__(self) -> Bar:
        """Shows the bar."""
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Takes the bar away."""
        self._bar.stop()

    @property
    def seconds(self) -> float:
        """How long it has been there."""
        return time.perf_counter() - self._started

    def advance(self, count: int) -> None:
        """Notes some more."""
        self.done += count
        fields: dict[str, Any] = {"rate": f"{self.done / max(self.seconds, 1e-9):,.0f}/s"}
        self._bar.update(self._task, completed=self.done, **fields)
