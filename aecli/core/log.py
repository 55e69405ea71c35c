"""What a command tells its user: on standard error, and in the log of a run, by Python's `logging`.

Modules say what they have to say to `logging.getLogger(__name__)`. `start` shows it on the terminal;
`kept_in` writes it into a run's `train.log`, from what was said before that folder existed.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rich.console import Console
from rich.text import Text

from aecli.core.text import plain

LOGGER = logging.getLogger("aecli")


class PlainConsole(Console):
    """A console that treats a pipe nobody reads like any other stream that fails."""

    def on_broken_pipe(self) -> None:
        """Raises what happened; rich would end the process, and a training with it."""
        raise BrokenPipeError


class Terminal(logging.Handler):
    """Prints messages on standard error.

    Args:
        quiet: Print warnings only.
    """

    def __init__(self, quiet: bool) -> None:
        super().__init__(logging.WARNING if quiet else logging.INFO)
        self.console = PlainConsole(stderr=True, highlight=False)
        self.is_live = self.console.is_terminal and not quiet
        """Whether to draw things that move."""

    def emit(self, record: logging.LogRecord) -> None:
        """Prints one; a terminal that is gone, or full, is no reason to stop."""
        style = "bold yellow" if record.levelno >= logging.WARNING else ""
        with suppress(OSError, ValueError):
            # Broken between words on a terminal; a path stays whole, and what is no terminal gets long lines.
            text = Text(plain(_worded(record)), style=style, overflow="ignore")
            self.console.print(text, crop=False, soft_wrap=not self.console.is_terminal)


class _Remembered(logging.Handler):
    """Keeps what is said until there is a run's folder to write it into."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


class _RunLog(logging.Handler):
    """Appends messages to a file."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def emit(self, record: logging.LogRecord) -> None:
        # A log that can't be written is no reason to stop; what matters more will fail by itself.
        with suppress(OSError), self.path.open("a", encoding="utf-8", errors="replace") as file:
            file.write(_worded(record) + "\n")


def start(quiet: bool = False) -> None:
    """Shows what is said from now on; once more with other words starts anew.

    Args:
        quiet: Show warnings only. A run's log gets everything all the same.
    """
    LOGGER.setLevel(logging.INFO)
    for old in [handler for handler in LOGGER.handlers if isinstance(handler, Terminal | _Remembered)]:
        LOGGER.removeHandler(old)
    LOGGER.addHandler(Terminal(quiet))
    LOGGER.addHandler(_Remembered())


def terminal() -> Terminal:
    """The terminal that messages go to; a quiet one where none was started."""
    return next(
        (handler for handler in LOGGER.handlers if isinstance(handler, Terminal)), Terminal(quiet=True)
    )


@contextmanager
def kept_in(path: Path) -> Iterator[None]:
    """Appends what was said so far, and all that is said inside, to a file."""
    log = _RunLog(path)
    for remembered in [handler for handler in LOGGER.handlers if isinstance(handler, _Remembered)]:
        for record in remembered.records:
            log.emit(record)
        remembered.records.clear()
        LOGGER.removeHandler(remembered)
    LOGGER.addHandler(log)
    try:
        yield
    finally:
        LOGGER.removeHandler(log)
        LOGGER.addHandler(_Remembered())


def _worded(record: logging.LogRecord) -> str:
    """A message as users read it."""
    return ("WARNING: " if record.levelno >= logging.WARNING else "") + record.getMessage()
