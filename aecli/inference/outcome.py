"""How the use of a run ended."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from aecli.core.errors import DataError
from aecli.inference.inputs.batch import Skipped


@dataclass(frozen=True)
class Outcome:
    """What was done.

    Attributes:
        paths: What was written.
        done: How many inputs went through.
        skipped: How many could not be read, or could not be kept.
        seconds: How long it took.
    """

    paths: list[Path]
    done: int
    skipped: int
    seconds: float


def require_some(done: int, skipped: Skipped, origin: str) -> None:
    """Makes sure that there is something to keep.

    Raises:
        DataError: Nothing went through.
    """
    skipped.close()
    if not done:
        what = f"none of {skipped.count:,} inputs can be read" if skipped.count else "there are no inputs"
        raise DataError(f"{origin}: {what}; nothing was written")
