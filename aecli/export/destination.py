"""Where an export goes."""

import os
from pathlib import Path

from aecli.core.errors import RequestError
from aecli.runs.folder import RunFolder

ALL = ("encoder", "decoder", "autoencoder")
"""The networks of an autoencoder that can be exported."""


def destination(run: RunFolder, format_name: str, parts: tuple[str, ...], asked: Path | None) -> Path:
    """The folder that an export is to become.

    Args:
        run: The run.
        format_name: The format's name.
        parts: What is exported.
        asked: What the user asked for; None for a folder in the run's.

    Raises:
        RequestError: Something is there already.
    """
    name = format_name if parts == ALL else "-".join((format_name, *parts))
    path = asked if asked is not None else run.exports / name
    if os.path.lexists(path):
        raise RequestError(f"{path}: is there already, and nothing is overwritten; name a new folder with -o")
    return path
