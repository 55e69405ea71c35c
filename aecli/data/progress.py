"""A progress bar for downloads: on standard error, and only on a terminal."""

import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn


class DownloadProgress:
    """What `pooch` reports its progress to; it also ends a download that takes too long.

    Args:
        title: Stands before the bar.
        deadline: The `time.monotonic()` at which to give up.
    """

    def __init__(self, title: str, deadline: float) -> None:
        console = Console(stderr=True)
        self._bar = Progress(
            "[progress.description]{task.description}",
            BarColumn(),
            DownloadColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task(title, total=None)
        self._deadline = deadline
        self.total = 0

    def __enter__(self) -> "DownloadProgress":
        """Shows the bar."""
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Takes the bar away."""
        self._bar.stop()

    def update(self, received: int) -> None:
        """Notes some more bytes.

        Raises:
            TimeoutError: The deadline has passed.
        """
        self._bar.update(self._task, advance=received, total=self.total or None)
        if time.monotonic() > self._deadline:
            raise TimeoutError("the download took too long")

    def reset(self) -> None:
        """Starts again from nothing; `pooch` calls it once more at the end."""
        self._bar.reset(self._task)

    def close(self) -> None:
        """Part of what `pooch` expects; the bar is taken away on leaving the context."""
