"""The files in a folder of one's own: which there are, and what their sub-folders say of them."""

from __future__ import annotations

import logging
import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aecli.core.errors import DataError
from aecli.core.files import is_figure
from aecli.core.seeds import Role, generator
from aecli.core.text import printable
from aecli.data.partition import held_out
from aecli.data.stored import Labels
from aecli.data.table import as_labels

log = logging.getLogger(__name__)

SPLITS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("val", "valid", "validation"), "validation"),
    **dict.fromkeys(("test", "testing"), "test"),
}
"""What sub-folders of these names hold, in small letters."""

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


Parts = dict[str, Files]
"""Files by what they are for: `train`, and where the folder has them, `validation` and `test`."""


def survey(root: Path, suffixes: Collection[str], quiet: bool = False) -> Parts:
    """Finds the files of some kinds below a folder.

    Args:
        root: The folder. If it has sub-folders for training and for testing or validation (`SPLITS`), each is
            looked through by itself.
        suffixes: The ends of the names, in small letters.
        quiet: Say nothing of files of other kinds.

    Raises:
        DataError: The folder can't be read, or there are no such files.
    """
    if not root.is_dir():
        what = "is a file, not a folder; " + _cure(root) if root.exists() else "no such folder"
        raise DataError(f"{root}: {what}")
    places = _split_folders(root)
    found, labels = {}, {}
    for part, place in places.items():
        found[part], labels[part] = _labelled_files(place, suffixes, quiet)
    if any(known is None for known in labels.values()):
        if any(labels.values()):
            log.warning(f"{root}: no labels are used, because only some of {', '.join(places)} have them")
        return {part: Files(paths, None) for part, paths in found.items()}
    # All at once, so that all become integers, or none.
    names = as_labels([label for known in labels.values() for label in known or ()])
    ends = np.cumsum([len(paths) for paths in found.values()])[:-1]
    return {
        part: Files(paths, some)
        for (part, paths), some in zip(found.items(), np.split(names, ends), strict=True)
    }


def shuffled(parts: Parts, fraction: float, seed: int, where: str) -> Parts:
    """The same files in an order of chance, so that the first ones are of all labels; some of them to test on.

    Args:
        parts: The files; where none are to test on, some of those to train on are held out.
        fraction: How many are held out.
        seed: Decides which, and the order.
        where: Names the files in messages.
    """
    order, parts = ("train", "test", "validation"), dict(parts)
    permuted = {
        part: files.take(generator(seed, Role.TEST_SPLIT, order.index(part)).permutation(len(files)))
        for part, files in parts.items()
    }
    if "test" in parts:
        return permuted
    kept, out = held_out(len(parts["train"]), fraction, seed, where)
    return {**permuted, "train": parts["train"].take(kept), "test": parts["train"].take(out)}


def files_below(root: Path, suffixes: Collection[str]) -> tuple[list[Path], list[Path]]:
    """The files below a folder, by name: those of some kinds, and the others.

    Hidden files don't count. Links to folders are followed, each folder once. Runs, and the folders that hold
    them, aren't data: their images show results.

    Raises:
        DataError: A folder can't be read.
    """
    found: list[Path] = []
    others: list[Path] = []
    seen: set[tuple[int, int]] = set()
    own: list[str] = []

    def fail(error: OSError) -> None:
        raise DataError(f"{error.filename}: can't be read: {error.strerror}") from error

    for place, folders, names in os.walk(root, onerror=fail, followlinks=True):
        status = os.stat(place)  # noqa: PTH116 - as os.walk names it
        if (status.st_dev, status.st_ino) in seen or (place != str(root) and _holds_runs(place, folders)):
            if _holds_runs(place, folders):
                own.append(place)
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            if not name.startswith("."):
                right = Path(name).suffix.lower() in suffixes
                (found if right else others).append(Path(place, name))
    if figures := [path for path in found if path.is_file() and is_figure(path)]:
        own += [str(path) for path in figures]
        found = [path for path in found if path not in set(figures)]
    if own:
        named = ", ".join(printable(each, 200) for each in own[:SHOWN]) + (", …" if len(own) > SHOWN else "")
        log.info(f"{root}: left out, since they are runs or figures of aecli's: {named}")
    found.sort(key=lambda path: path.relative_to(root).parts)
    return found, sorted(others)


def name_others(root: Path, others: list[Path], level: int = logging.WARNING) -> None:
    """Says which files are left out."""
    if others:
        named = ", ".join(printable(path.name) for path in others[:SHOWN])
        more = ", …" if len(others) > SHOWN else ""
        log.log(level, f"{root}: {len(others):,} files of other kinds are left out ({named}{more})")


def _holds_runs(place: str, folders: list[str]) -> bool:
    """Whether a folder is a run, or a folder of runs."""
    return os.path.lexists(os.path.join(place, "run.json")) or any(  # noqa: PTH118
        os.path.lexists(os.path.join(place, name, "run.json"))  # noqa: PTH118
        for name in folders
    )


def _split_folders(root: Path) -> dict[str, Path]:
    """The folders for training, validation and testing; the whole folder for training where it has none."""
    found: dict[str, Path] = {}
    others = []
    for place in sorted(root.iterdir()):
        part = SPLITS.get(place.name.lower())
        if part is not None and place.is_dir():
            if part in found:
                raise DataError(
                    f"{root}: both {found[part].name}/ and {place.name}/ are names for {part} data; keep one"
                )
            found[part] = place
        elif place.is_dir() and not place.name.startswith("."):
            others.append(place.name)
    if "train" not in found or len(found) == 1:
        return {"train": root}
    if others:
        log.warning(
            f"{root}: beside {', '.join(p.name for p in found.values())}, left out: {', '.join(others)}"
        )
    return {part: found[part] for part in ("train", "validation", "test") if part in found}


def _labelled_files(
    root: Path, suffixes: Collection[str], quiet: bool
) -> tuple[list[Path], list[str] | None]:
    """The files below one folder, and their labels."""
    found, others = files_below(root, suffixes)
    if not found:
        raise DataError(f"{root}: there are no files that end in {', '.join(suffixes)}")
    if not quiet:
        name_others(root, others)
    inside = [path.relative_to(root).parts for path in found]
    loose = sum(len(parts) == 1 for parts in inside)
    if loose:
        if loose < len(found):
            log.warning(
                f"{root}: no labels are used, because {loose:,} of {len(found):,} files lie in no sub-folder"
            )
        return found, None
    return found, [parts[0] for parts in inside]


def _cure(path: Path) -> str:
    """What to type in place of a file where a folder of images is wanted."""
    name = {".npz": "npz", ".npy": "sequences", ".csv": "csv", ".tsv": "csv"}.get(path.suffix.lower())
    return f"for such a file: data.name={name}" if name else "give the folder that it lies in"
