"""The files that a user means."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from glob import glob
from pathlib import Path

from aecli.config.problems import printable
from aecli.errors import DataError

_PATTERN = re.compile(r"[*?\[]")


@dataclass(frozen=True)
class Found:
    """Some files.

    Attributes:
        base: The folder that all of them are below.
        paths: The files: arguments in their order, and what each stands for sorted by name.
    """

    base: Path
    paths: list[Path]

    def __len__(self) -> int:
        """The number of files."""
        return len(self.paths)

    @property
    def names(self) -> list[str]:
        """The paths relative to the base, with slashes; no two are the same."""
        return [path.relative_to(self.base).as_posix() for path in self.paths]


def find_files(arguments: Sequence[str], suffixes: Collection[str], say: Callable[[str], None]) -> Found:
    """Finds the files of some kinds.

    Args:
        arguments: Each a file, a folder (with all below it; hidden files don't count), or a pattern such as
            `photos/*.png` or `photos/**/*.png`.
        suffixes: The ends of the names, in small letters, that count in a folder.
        say: Told of other files in folders.

    Raises:
        DataError: An argument stands for no file.
    """
    bases, paths = [], []
    for argument in arguments:
        base, found = _find(argument, suffixes, say)
        bases.append(base)
        paths += found
    return Found(Path(os.path.commonpath(bases)), list(dict.fromkeys(paths)))


def _find(argument: str, suffixes: Collection[str], say: Callable[[str], None]) -> tuple[Path, list[Path]]:
    """The folder that an argument speaks of, and its files, with whole paths."""
    shown = printable(argument, 200)
    path = Path(os.path.abspath(os.path.expanduser(argument)))  # noqa: PTH100, PTH111 - and `..` goes too
    try:
        if path.is_file():
            return path.parent, [path]
        if path.is_dir():
            return path, list(_below(path, suffixes, say))
    except (OSError, ValueError) as error:
        raise DataError(f"{shown}: no such file or folder ({error})") from error
    if _PATTERN.search(argument):
        found = sorted(Path(match) for match in glob(str(path), recursive=True))  # noqa: PTH207
        files = [match for match in found if match.is_file()]
        if not files:
            raise DataError(f"{shown}: no file matches")
        parts = path.parts
        fixed = next(i for i, part in enumerate(parts) if _PATTERN.search(part))
        return Path(*parts[:fixed]), files
    raise DataError(f"{shown}: no such file or folder")


def _below(folder: Path, suffixes: Collection[str], say: Callable[[str], None]) -> Iterator[Path]:
    """The files below a folder, by name."""

    def fail(error: OSError) -> None:
        raise DataError(f"{error.filename}: can't be read: {error.strerror}") from error

    found, others = [], 0
    for place, folders, names in os.walk(folder, onerror=fail):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if name.startswith("."):
                continue
            if Path(name).suffix.lower() in suffixes:
                found.append(Path(place, name))
            else:
                others += 1
    if not found:
        raise DataError(f"{folder}: there are no files that end in {', '.join(suffixes)}")
    if others:
        say(f"{folder}: {others:,} files of other kinds are left out")
    yield from sorted(found, key=lambda path: path.parts)
