"""A progress bar for downloads: on standard error, and only on a terminal."""

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn


class DownloadProgress:
    """Shows how much of a download has come, while it is entered.

    Args:
        title: Stands before the bar.
        total: How many bytes there will be; None if that isn't known.
    """

    def __init__(self, title: str, total: int | None) -> None:
        console = Console(stderr=True)
        self._bar = Progress(
            "[progress.description]{task.description}",
            BarColumn(),
            DownloadColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task(title, total=total)

    def __enter__(self) -> "DownloadProgress":
        """Shows the bar."""
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Takes the bar away."""
        self._bar.stop()

    def advance(self, received: int) -> None:
        """Notes some more bytes."""
        self._bar.update(self._task, advance=received)
