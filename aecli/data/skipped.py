"""What could not be read: an error that names it or, where the config says so, a count."""

import logging
from collections.abc import Sequence

from aecli.core.errors import DataError

log = logging.getLogger(__name__)

NAMED = 10


def answer_for(messages: Sequence[str], count: int, whole: int, skip: bool, what: str) -> None:
    """Raises or logs what could not be read.

    Args:
        messages: What is wrong, a message for each thing or kind of mistake.
        count: How many things can't be read.
        whole: How many there are in all.
        skip: Whether the config says to skip them.
        what: What they are called: "images".

    Raises:
        DataError: Something could not be read and isn't to be skipped, or nothing could be read.
    """
    if not count:
        return
    named = "\n".join(f"  - {message}" for message in messages[:NAMED])
    more = f"\n  … and {len(messages) - NAMED:,} more" if len(messages) > NAMED else ""
    said = f"{count:,} of {whole:,} {what} can't be read:\n{named}{more}"
    if count == whole:
        raise DataError(said)
    if not skip:
        raise DataError(f"{said}\nTo go on without them: --set data.skip_broken=true")
    log.warning(f"{said}\nThey are skipped (data.skip_broken).")
