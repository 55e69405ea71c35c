"""Where results go: looked at before the work, not after it."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from aecli.core.errors import RequestError, RunFailed
from aecli.inference.inputs.batch import Inputs


def check_file(path: Path, suffixes: Collection[str]) -> str:
    """Checks that a file can be written.

    Args:
        path: The file; if it is there, it is replaced once the new one is whole.
        suffixes: The ends that its name may have.

    Returns:
        The end that it has, in small letters.

    Raises:
        RequestError: It has another one, or its folder isn't there or can't be written to.
    """
    suffix = path.suffix.lower()
    if suffix not in suffixes:
        raise RequestError(f"-o {path}: must end in {' or '.join(suffixes)}")
    if path.is_dir():
        raise RequestError(f"-o {path}: is a folder; give a file in it")
    folder = path.absolute().parent
    if not folder.is_dir():
        raise RequestError(f"-o {path}: there is no folder {folder}")
    if not os.access(folder, os.W_OK):
        raise RequestError(f"-o {path}: the folder can't be written to")
    return suffix


def prepare_folder(path: Path, overwrite: bool, inputs: Inputs | None = None) -> Path:
    """Makes a folder for results.

    Args:
        path: The folder.
        overwrite: Whether it may hold files already, of which those with the names of results are replaced.
        inputs: The inputs, whose files are never replaced, and among which no results are put.

    Returns:
        The folder, with its whole path.

    Raises:
        RequestError: It isn't empty, or can't be made.
    """
    try:
        whole = _whole(path)
        if inputs is not None and inputs.folder is not None and whole == _whole(inputs.folder):
            raise RequestError(f"-o {path}: is the folder of the inputs; give another one")
        if inputs is not None:
            refuse_among(whole, inputs)
        path.mkdir(parents=True, exist_ok=True)
        if not overwrite and any(whole.iterdir()):
            raise RequestError(
                f"-o {path}: the folder isn't empty; give another one, or replace what is in it: --overwrite"
            )
    except OSError as error:
        raise RequestError(f"-o {path}: no folder can be made here: {error.strerror}") from error
    return whole


def refuse_among(path: Path, inputs: Inputs) -> None:
    """Makes sure that no result lies below a folder of inputs, where the next command would take it for one.

    Raises:
        RequestError: It does.
    """
    whole = _whole(path)
    for folder in inputs.searched:
        if whole.is_relative_to(_whole(folder)) and (
            not whole.suffix or whole.suffix.lower() in inputs.suffixes
        ):
            raise RequestError(
                f"-o {path}: lies below the inputs ({folder}), and would be one of the next; give "
                "another place"
            )


def _whole(path: Path) -> Path:
    """A path without links; of links that lead in a circle, which `Path.resolve` fails on, as far as it goes."""
    return Path(os.path.realpath(path))


def sheet_beside(folder: Path, overwrite: bool) -> Path:
    """The contact sheet of a folder of images: beside it, and called as it is.

    Who takes the folder as inputs next doesn't take the sheet for one.

    Raises:
        RequestError: There is a file of that name already, and it isn't to be replaced.
    """
    sheet = folder.with_name(f"{folder.name}.png")
    if os.path.lexists(sheet) and not overwrite:
        raise RequestError(f"{sheet}: the contact sheet's place is taken; replace what is there: --overwrite")
    return sheet


@contextmanager
def plain_failures(path: Path) -> Iterator[None]:
    """Says in plain words what a disk can do to results."""
    try:
        yield
    except OSError as error:
        raise RunFailed(f"{path}: can't be written: {error.strerror or error}") from error
