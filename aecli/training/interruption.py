"""Stopping on a signal: the first one at the next good moment, the second one now."""

import logging
import os
import signal
from collections.abc import Callable
from types import FrameType, TracebackType

from aecli.core.errors import Interrupted

log = logging.getLogger(__name__)

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """While it is entered, SIGINT and SIGTERM are noted instead of obeyed; `check` obeys."""

    def __init__(self) -> None:
        self._noted: int | None = None
        self._before: dict[int, Callable[[int, FrameType | None], object] | int | None] = {}

    def __enter__(self) -> "Interruption":
        """Takes the signals over."""
        for number in SIGNALS:
            self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Gives the signals back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def check(self) -> None:
        """Stops here if a signal was noted.

        Raises:
            Interrupted: One was.
        """
        if self._noted is not None:
            raise Interrupted(f"stopped by {signal.Signals(self._noted).name}", self._noted)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self._noted is not None:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        self._noted = number
        log.warning("Stopping; once more to stop at once.")
