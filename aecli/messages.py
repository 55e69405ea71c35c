"""What a command tells its user: on standard error, and in the run's log."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from rich.console import Console
from rich.text import Text


class Messages:
    """Prints messages and keeps them for a run's `train.log`.

    Args:
        quiet: Print warnings only. The log gets everything all the same.
    """

    def __init__(self, quiet: bool = False) -> None:
        self.quiet = quiet
        self.console = Console(stderr=True, highlight=False, soft_wrap=True)
        self._unlogged: list[str] = []
        self._log: Path | None = None

    @property
    def live(self) -> bool:
        """Whether to draw things that move: on a terminal that isn't asked to be quiet."""
        return self.console.is_terminal and not self.quiet

    def say(self, text: str) -> None:
        """Says something that a user may skip."""
        if not self.quiet:
            self.console.print(Text(text))
        self.log(text)

    def note(self, text: str) -> None:
        """Something for the log, which the live display shows in another form."""
        if not self.live:
            self.say(text)
        else:
            self.log(text)

    def warn(self, text: str) -> None:
        """Says something that a user must not miss."""
        self.console.print(Text(f"WARNING: {text}", style="bold yellow"))
        self.log(f"WARNING: {text}")

    def table(self, rows: Sequence[tuple[str, str]]) -> None:
        """Says things by name, one a line."""
        width = max(len(name) for name, _ in rows)
        self.say("\n".join(f"{name:<{width}}  {text}" for name, text in rows))

    def log_to(self, path: Path) -> None:
        """Appends what was said so far, and all that will be, to a file."""
        self._log = path
        unlogged, self._unlogged = self._unlogged, []
        for text in unlogged:
            self.log(text)

    def log(self, text: str) -> None:
        """Says something to the log alone."""
        if self._log is None:
            self._unlogged.append(text)
            return
        # A log that can't be written is no reason to stop; what matters more will fail by itself.
        with suppress(OSError), self._log.open("a", encoding="utf-8", errors="replace") as file:
            file.write(text + "\n")
