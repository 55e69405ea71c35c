"""`aecli train` up to the line of its first epoch; then the process ends at once.

Run as `python -m benchmarks.first_step ARGUMENTS`, those of `aecli train`.
"""

import logging
import os
import sys

from aecli.cli import main


class End(logging.Handler):
    """Ends the process where the line of an epoch is due."""

    def emit(self, record: logging.LogRecord) -> None:
        """Ends it."""
        os._exit(0)


logging.getLogger("aecli.training.progress").addHandler(End(logging.INFO))
sys.argv = ["aecli", "train", *sys.argv[1:]]
main()
raise SystemExit("the training ended, and no epoch's line was due")
