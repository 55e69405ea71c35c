"""What could not be read: an error that names it or, where the config says so, a count."""

from collections.abc import Sequence

from aecli.data.sources.source import Say
from aecli.errors import DataError

NAMED = 10


def answer_for(broken: Sequence[str], whole: int, skip: bool, what: str, say: Say) -> None:
    """Raises or says what could not be read.

    Args:
        broken: A message for each thing.
        whole: How many there are in all.
        skip: Whether the config says to skip them.
        what: What they are called: "pictures".
        say: Told of what is skipped.

    Raises:
        DataError: Something could not be read and isn't to be skipped, or nothing could be read.
    """
    if not broken:
        return
    named = "\n".join(f"  - {message}" for message in broken[:NAMED])
    more = f"\n  … and {len(broken) - NAMED:,} more" if len(broken) > NAMED else ""
    said = f"{len(broken):,} of {whole:,} {what} can't be read:\n{named}{more}"
    if len(broken) == whole:
        raise DataError(said)
    if not skip:
        raise DataError(f"{said}\nTo go on without them: --set data.skip_broken=true")
    say(f"{said}\nThey are skipped (data.skip_broken).")
