"""The files in a folder of one's own: which there are, and what their sub-folders say of them."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aecli.data.arrays import Labels
from aecli.data.sources.source import Say
from aecli.data.splits import held_out
from aecli.data.table import as_labels
from aecli.errors import DataError
from aecli.seeds import Role, generator

SPLITS = ("train", "test")
SHOWN = 5


@dataclass(frozen=True)
class Files:
    """Some files.

    Attributes:
        paths: The files, sorted by name.
        labels: The name of the sub-folder that each lies in, (files,); None where some lie in none.
    """

    paths: list[Path]
    labels: Labels | None

    def __len__(self) -> int:
        """The number of files."""
        return len(self.paths)

    def take(self, rows: NDArray[np.integer]) -> Files:
        """Some of the files, by their numbers."""
        labels = None if self.labels is None else self.labels[rows]
        return Files([self.paths[row] for row in rows], labels)

    def first(self, count: int | None) -> Files:
        """The first ones; all without a count."""
        return Files(self.paths[:count], None if self.labels is None else self.labels[:count])


def survey(root: Path, suffixes: Collection[str], say: Say) -> tuple[Files, Files | None]:
    """Finds the files of some kinds below a folder; hidden ones don't count.

    Args:
        root: The folder. If it has the sub-folders `train` and `test`, each is looked through by itself.
        suffixes: The ends of the names, in small letters.
        say: Told of files that are left out, and of why there are no labels.

    Returns:
        All files, or those of `train` and those of `test`.

    Raises:
        DataError: The folder can't be read, or there are no such files.
    """
    if not root.is_dir():
        raise DataError(f"{root}: no such folder")
    if all((root / name).is_dir() for name in SPLITS):
        (train, known), (test, others) = (_files(root / name, suffixes, say) for name in SPLITS)
        if known is None or others is None:
            if known or others:
                say(f"{root}: no labels are used, because only one of train/ and test/ has them")
            return Files(train, None), Files(test, None)
        labels = as_labels([*known, *others])
        return Files(train, labels[: len(train)]), Files(test, labels[len(train) :])
    paths, known = _files(root, suffixes, say)
    return Files(paths, None if known is None else as_labels(known)), None


def shuffled(files: Files, test: Files | None, fraction: float, seed: int, where: str) -> tuple[Files, Files]:
    """Training and test files in an order of chance, so that the first ones are of all labels.

    Args:
        files: All files, or those to train on.
        test: The files to test on; None holds some of the others out.
        fraction: How many are held out.
        seed: Decides which, and the order.
        where: Names the files in messages.
    """
    if test is None:
        train_rows, test_rows = held_out(len(files), fraction, seed, where)
        return files.take(train_rows), files.take(test_rows)
    parts = [
        part.take(generator(seed, Role.TEST_SPLIT, which).permutation(len(part)))
        for which, part in enumerate((files, test))
    ]
    return parts[0], parts[1]


def _files(root: Path, suffixes: Collection[str], say: Say) -> tuple[list[Path], list[str] | None]:
    """The files below one folder, and their labels."""
    found: list[Path] = []
    others: list[Path] = []

    def fail(error: OSError) -> None:
        raise DataError(f"{error.filename}: can't be read: {error.strerror}") from error

    for folder, folders, names in os.walk(root, onerror=fail):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            if not name.startswith("."):
                right = Path(name).suffix.lower() in suffixes
                (found if right else others).append(Path(folder, name))
    if not found:
        raise DataError(f"{root}: there are no files that end in {', '.join(suffixes)}")
    if others:
        named = ", ".join(path.name for path in sorted(others)[:SHOWN])
        more = ", …" if len(others) > SHOWN else ""
        say(f"{root}: {len(others):,} files of other kinds are left out ({named}{more})")
    found.sort(key=lambda path: path.relative_to(root).parts)
    inside = [path.relative_to(root).parts for path in found]
    loose = sum(len(parts) == 1 for parts in inside)
    if loose:
        if loose < len(found):
            say(f"{root}: no labels are used, because {loose:,} of {len(found):,} files lie in no sub-folder")
        return found, None
    return found, [parts[0] for parts in inside]
