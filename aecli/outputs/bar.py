"""A bar that shows how far a command is: on standard error, and only on a terminal."""

from __future__ import annotations

import time
from types import TracebackType

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from aecli.messages import Messages


class Bar:
    """Shows how many inputs are done, while it is entered.

    Args:
        title: Stands before the bar.
        total: How many there are; None if nobody knows.
        messages: Says whether to draw.
    """

    def __init__(self, title: str, total: int | None, messages: Messages) -> None:
        self._started = time.perf_counter()
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("[dim]{task.fields[rate]}[/dim]"),
            TimeRemainingColumn(),
            console=messages.console,
            transient=True,
            disable=not messages.live,
        )
        self._task = self._bar.add_task(title, total=total, rate="")
        self.done = 0

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
        self._bar.update(self._task, completed=self.done, rate=f"{self.done / self.seconds:,.0f}/s")
