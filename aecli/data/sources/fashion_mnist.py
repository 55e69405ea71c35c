"""Fashion-MNIST: articles of clothing in the form of MNIST (Xiao, Rasul & Vollgraf, 2017)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from aecli.core.errors import DataError
from aecli.data.cache import cache_folder
from aecli.data.download import download, find
from aecli.data.sources.source import DATA_SETS, GreyImages, RawData

URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
"""Where `keras.datasets.fashion_mnist` downloads from; AECLI_FASHION_MNIST_URL names a mirror instead."""

SHA256 = {
    "train-images-idx3-ubyte.gz": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    "train-labels-idx1-ubyte.gz": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    "t10k-images-idx3-ubyte.gz": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    "t10k-labels-idx1-ubyte.gz": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
}
"""The four files, and what they hash to, as Keras's loader has it."""

FOLDER = "fashion-mnist"


@DATA_SETS.register
class FashionMnist(GreyImages):
    """Fashion-MNIST, 60,000 + 10,000 images of 28×28: from a folder, Keras's cache, or a download."""

    name: Literal["fashion_mnist"] = "fashion_mnist"
    """Which data set."""

    path: str | None = None
    """A folder with the four gzipped IDX files, or an `.npz` file with x_train, y_train, x_test and y_test.
    By default the folder fashion-mnist is searched for: in AECLI_DATA_DIR, Keras's cache, then a download."""

    def read(self) -> RawData:
        """Reads Fashion-MNIST from the first place that has it."""
        if self.path is not None:
            return self._load(Path(self.path).expanduser())
        found, looked = find(FOLDER, FOLDER, _is_complete)
        if found is None:
            try:
                found = _download()
            except DataError as error:
                places = "\n".join(f"  - {place}" for place in [*looked, str(error)])
                raise DataError(
                    f"Fashion-MNIST isn't on this machine. Looked at:\n{places}\n"
                    "To get it: put the four .gz files of keras.datasets.fashion_mnist into a folder named "
                    f"{FOLDER} and set AECLI_DATA_DIR to the folder around it, give its path as data.path, "
                    "or run once with a network."
                ) from error
        _check_sums(found)
        return self._load(found)

    def whereabouts(self) -> str:
        """The folder that would be read, or the address it would be downloaded from."""
        found, _ = find(FOLDER, FOLDER, _is_complete)
        return str(found) if found else f"not here; would be downloaded from {_url()}"

    def absent(self) -> Iterator[tuple[str, str]]:
        """The path, if it is given and there is nothing."""
        if self.path is not None and not Path(self.path).expanduser().exists():
            yield "path", f"there is no {Path(self.path).expanduser()}"

    def _load(self, place: Path) -> RawData:
        """Reads a folder of IDX files, or an `.npz` file."""
        from aecli.data.digits import labelled_images, read_digits
        from aecli.data.idx import read_idx

        if place.suffix == ".npz":
            train, test = read_digits(place)
        else:
            x_train, y_train, x_test, y_test = (
                read_idx(place / name, 3 if "images" in name else 1) for name in SHA256
            )
            train = labelled_images(x_train, y_train, f"{place}: train")
            test = labelled_images(x_test, y_test, f"{place}: t10k")
        located = self if self.path is None else self.model_copy(update={"path": str(place.absolute())})
        return RawData(train, test, located, str(place))


def _is_complete(folder: Path) -> bool:
    return all((folder / name).is_file() for name in SHA256)


def _check_sums(folder: Path) -> None:
    """Checks that the files are those of Keras's loader.

    Raises:
        DataError: One isn't.
    """
    for name, right in SHA256.items():
        path = folder / name
        if hashlib.sha256(path.read_bytes()).hexdigest() != right:
            raise DataError(
                f"{path}: has the wrong checksum: damaged, or not the file of Fashion-MNIST. Delete it, or "
                "give the folder as data.path to read it all the same"
            )


def _url() -> str:
    return os.environ.get("AECLI_FASHION_MNIST_URL") or URL


def _download() -> Path:
    """Downloads what is missing of the four files into the cache."""
    folder = cache_folder() / FOLDER
    for name, sum_ in SHA256.items():
        download(f"{_url().rstrip('/')}/{name}", sum_, folder / name, f"Fashion-MNIST: {name}")
    return folder
