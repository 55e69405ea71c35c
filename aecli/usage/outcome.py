"""How the use of a run ended."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from aecli.errors import DataError
from aecli.inputs.batch import PassedOver


@dataclass(frozen=True)
class Outcome:
    """What was done.

    Attributes:
        paths: What was written.
        done: How many inputs went through.
        passed_over: How many could not be read, or could not be kept.
        seconds: How long it took.
    """

    paths: list[Path]
    done: int
    passed_over: int
    seconds: float


def require_some(done: int, passed_over: PassedOver, origin: str) -> None:
    """Makes sure that there is something to keep.

    Raises:
        DataError: Nothing went through.
    """
    passed_over.close()
    if not done:
        what = (
            f"none of {passed_over.count:,} inputs can be read"
            if passed_over.count
            else "there are no inputs"
        )
        raise DataError(f"{origin}: {what}; nothing was written")
