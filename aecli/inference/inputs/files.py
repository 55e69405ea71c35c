"""The files that a user means."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from glob import escape, glob
from pathlib import Path

from aecli.core.errors import DataError
from aecli.core.text import printable
from aecli.data.folder import files_below, name_others

_PATTERN = re.compile(r"[*?\[]")


@dataclass(frozen=True)
class Found:
    """Some files.

    Attributes:
        base: The folder that all of them are below.
        paths: The files: arguments in their order, and what each stands for sorted by name.
        searched: The folders among the arguments.
    """

    base: Path
    paths: list[Path]
    searched: tuple[Path, ...] = ()

    def __len__(self) -> int:
        """The number of files."""
        return len(self.paths)

    @property
    def names(self) -> list[str]:
        """The paths relative to the base, with slashes; no two are the same."""
        return [path.relative_to(self.base).as_posix() for path in self.paths]


def find_files(arguments: Sequence[str], suffixes: Collection[str]) -> Found:
    """Finds the files of some kinds.

    Args:
        arguments: Each a file, a folder (with all below it; hidden files don't count), or a pattern such as
            `photos/*.png` or `photos/**/*.png`. What exists is no pattern.
        suffixes: The ends of the names, in small letters, that count in a folder.

    Raises:
        DataError: An argument stands for no file.
    """
    bases, paths = [], []
    searched = [Path(os.path.expanduser(argument)) for argument in arguments]  # noqa: PTH111
    for argument in arguments:
        base, found = _find(argument, suffixes)
        bases.append(base)
        paths += found
    return Found(
        Path(os.path.commonpath(bases)), list(dict.fromkeys(paths)), tuple(filter(os.path.isdir, searched))
    )


def _find(argument: str, suffixes: Collection[str]) -> tuple[Path, list[Path]]:
    """The folder that an argument speaks of, and its files, with whole paths."""
    shown = printable(argument, 200)
    given = os.path.expanduser(argument)  # noqa: PTH111
    path = Path(os.path.abspath(given))  # noqa: PTH100 - and `..` goes too
    try:
        if path.is_file():
            return path.parent, [path]
        if path.is_dir():
            return path, _in_folder(path, suffixes)
        if path.exists():
            raise DataError(f"{shown}: is neither a file nor a folder")
    except (OSError, ValueError) as error:
        raise DataError(f"{shown}: no such file or folder ({error})") from error
    if not _PATTERN.search(argument):
        raise DataError(f"{shown}: no such file or folder")
    # Marks in the name of the current folder belong to no pattern.
    here = Path("/") if os.path.isabs(given) else Path.cwd()  # noqa: PTH117
    pattern = Path(escape(str(here)), given)
    files = [match for match in map(Path, sorted(glob(str(pattern), recursive=True))) if match.is_file()]  # noqa: PTH207
    if not files:
        raise DataError(f"{shown}: no file matches")
    parts = Path(given).parts
    fixed = next(i for i, part in enumerate(parts) if _PATTERN.search(part))
    base = Path(os.path.abspath(Path(here, *parts[:fixed])))  # noqa: PTH100
    return base, [Path(os.path.abspath(match)) for match in files]  # noqa: PTH100


def _in_folder(folder: Path, suffixes: Collection[str]) -> list[Path]:
    """The files of some kinds below a folder, by name."""
    found, others = files_below(folder, suffixes)
    if not found:
        raise DataError(f"{folder}: there are no files that end in {', '.join(suffixes)}")
    name_others(folder, others, logging.INFO)
    return found
