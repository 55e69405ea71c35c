"""Data sets that others host: where on this machine they may be, and how they are downloaded."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aecli.core.errors import DataError
from aecli.core.progress import Bar
from aecli.data.cache import cache_folder

log = logging.getLogger(__name__)

CONNECT_SECONDS = 10
DOWNLOAD_SECONDS = 300


def find(name: str, name_in_keras: str, is_there: Callable[[Path], bool]) -> tuple[Path | None, list[str]]:
    """Looks for a data set on this machine: in AECLI_DATA_DIR, Keras's cache and aecli's own.

    Args:
        name: Of its file or folder, in the first and the last of these.
        name_in_keras: The same in Keras's cache.
        is_there: Whether a path is the data set.

    Returns:
        Where it is, or None; and the places that were looked at in vain, in words.
    """
    folder = os.environ.get("AECLI_DATA_DIR")
    keras_home = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
    looked: list[str] = []
    for what, place in (
        ("AECLI_DATA_DIR", Path(folder).expanduser() / name if folder else None),
        ("Keras's cache", keras_home / "datasets" / name_in_keras),
        ("aecli's cache", cache_folder() / name),
    ):
        if place is not None and is_there(place):
            return place, looked
        looked.append(f"{what}: {'not set' if place is None else f'no file {place}'}")
    return None, looked


def download(url: str, sha256: str, to: Path, title: str) -> Path:
    """Downloads a file, unless it is there.

    Args:
        url: Its address.
        sha256: What it must hash to, or it isn't kept.
        to: Where it goes.
        title: What it is called in messages.

    Returns:
        The file's path.

    Raises:
        DataError: There is no network, the time ran out, or the file isn't the right one.
    """
    import pooch
    import urllib3

    def fetch(url: str, output: str, _: Any) -> None:
        _fetch(url, output, title)

    pooch.get_logger().setLevel("ERROR")
    try:
        path = pooch.retrieve(url, f"sha256:{sha256}", fname=to.name, path=to.parent, downloader=fetch)
    except (OSError, ValueError, urllib3.exceptions.HTTPError) as error:
        raise DataError(f"download from {url}: {_reason(error)}") from error
    log.warning(f"{title} was downloaded to {path}")
    return Path(path)


def _fetch(url: str, output: str, title: str) -> None:
    """Writes what an address answers to a file, for `pooch`; gives up at the deadline."""
    import requests

    deadline = time.monotonic() + DOWNLOAD_SECONDS
    with (
        requests.get(url, timeout=CONNECT_SECONDS, stream=True) as response,
        Path(output).open("wb") as file,
    ):
        response.raise_for_status()
        total = int(response.headers.get("content-length", 0)) or None
        with Bar.of_bytes(f"Downloading {title}", total) as progress:
            # Whatever has come: to fill a buffer first would be to wait for hours on a server that drips.
            while piece := response.raw.read1(2**16, decode_content=True):
                file.write(piece)
                progress.advance(len(piece))
                if time.monotonic() > deadline:
                    raise TimeoutError(f"it took longer than {DOWNLOAD_SECONDS} seconds")


def _reason(error: Exception) -> str:
    """Why a download failed, without a library's inner life."""
    import requests
    import urllib3

    if isinstance(error, (requests.Timeout, urllib3.exceptions.TimeoutError)):
        return "no answer in time"
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"the server answered {error.response.status_code}"
    if isinstance(error, requests.ConnectionError):
        return "the server can't be reached (no network?)"
    if isinstance(error, urllib3.exceptions.ProtocolError):
        return "the connection broke off"
    if isinstance(error, ValueError) and "hash" in str(error):
        return "the file has the wrong checksum and was not kept"
    return str(error) or type(error).__name__
