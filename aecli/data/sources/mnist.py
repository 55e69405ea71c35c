"""The full MNIST database: 60,000 training and 10,000 test digits (LeCun, Cortes & Burges, 1998)."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from aecli.core.errors import DataError
from aecli.data.cache import cache_folder
from aecli.data.download import download, find
from aecli.data.sources.source import DATA_SETS, GreyImages, RawData

log = logging.getLogger(__name__)

URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
"""The file that `keras.datasets.mnist` downloads; the variable AECLI_MNIST_URL names a mirror instead."""

SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"


@DATA_SETS.register
class Mnist(GreyImages):
    """MNIST, 60,000 + 10,000 images of 28×28: from a file, Keras's cache, or a download."""

    name: Literal["mnist"] = "mnist"
    """Which data set."""

    path: str | None = None
    """An `.npz` file with the arrays x_train, y_train, x_test and y_test, as Keras caches it; it must exist.
    By default the file is searched for: AECLI_DATA_DIR, Keras's cache, then a download."""

    fallback: Literal["mnist5k"] | None = None
    """The data set to use, with a warning, where MNIST can't be had; without it that is an error."""

    def read(self) -> RawData:
        """Reads MNIST from the first place that has it."""
        if self.path is not None:
            return self._load(Path(self.path).expanduser())
        found, looked = find("mnist.npz", "mnist.npz", Path.is_file)
        if found is None:
            try:
                found = download(_url(), SHA256, cache_folder() / "mnist.npz", "MNIST")
            except DataError as error:
                looked.append(str(error))
                return self._without(looked)
        return self._load(found)

    def whereabouts(self) -> str:
        """The file that would be read, or the address it would be downloaded from."""
        found, _ = find("mnist.npz", "mnist.npz", Path.is_file)
        return str(found) if found else f"not here; would be downloaded from {_url()}"

    def absent(self) -> Iterator[tuple[str, str]]:
        """The path, if it is given and there is no file."""
        if self.path is not None and not Path(self.path).expanduser().is_file():
            yield "path", f"there is no file {Path(self.path).expanduser()}"

    def _load(self, path: Path) -> RawData:
        from aecli.data.digits import read_digits

        train, test = read_digits(path)
        located = self if self.path is None else self.model_copy(update={"path": str(path.absolute())})
        return RawData(train, test, located, str(path))

    def _without(self, looked: list[str]) -> RawData:
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
        log.warning("MNIST isn't here: using MNIST5K, worse (why: --set data.fallback=null)")
        shared = {name: getattr(self, name) for name in GreyImages.model_fields}
        return DATA_SETS[self.fallback](**shared).read()


def _url() -> str:
    return os.environ.get("AECLI_MNIST_URL") or URL
