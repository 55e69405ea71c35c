"""A CSV file that takes its place once it is whole."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aecli.core.files import atomic_write
from aecli.inference.outputs.place import plain_failures

WriteRows = Callable[[Iterable[Sequence[Any]]], None]


@contextmanager
def csv_file(path: Path) -> Iterator[WriteRows]:
    """Opens a CSV file, in UTF-8.

    Yields:
        A function that writes rows.
    """
    with plain_failures(path), atomic_write(path) as file:
        # A file's name may hold bytes that aren't text, which Python keeps as half a surrogate pair each.
        text = io.TextIOWrapper(file, "utf-8", errors="backslashreplace", newline="")
        yield csv.writer(text, lineterminator="\n").writerows
        text.flush()
        text.detach()
