"""Fashion-MNIST: articles of clothing in the form of MNIST (Xiao, Rasul & Vollgraf, 2017)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from aecli.data.cache import cache_folder
from aecli.data.download import download, find
from aecli.data.sources.source import DATA_SETS, DataSource, Say
from aecli.errors import DataError

if TYPE_CHECKING:
    from aecli.data.arrays import RawData

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
class FashionMnist(DataSource):
    """Fashion-MNIST, 60,000 + 10,000 images of 28×28: from a folder, Keras's cache, or a download."""

    name: Literal["fashion_mnist"] = "fashion_mnist"
    """Which data set."""

    path: str | None = None
    """A folder with the four gzipped IDX files, or an `.npz` file with x_train, y_train, x_test and y_test.
    By default the folder fashion-mnist is searched for: in AECLI_DATA_DIR, Keras's cache, then a download."""

    def read(self, say: Say) -> RawData:
        """Reads Fashion-MNIST from the first place that has it."""
        if self.path is not None:
            place = Path(self.path).expanduser()
            return self._load_npz(place) if place.suffix == ".npz" else self._load_folder(place)
        found, looked = find(FOLDER, FOLDER, _is_complete)
        if found is None:
            try:
                found = _download(say)
            except DataError as error:
                places = "\n".join(f"  - {place}" for place in [*looked, str(error)])
                raise DataError(
                    f"Fashion-MNIST isn't on this machine. Looked at:\n{places}\n"
                    "To get it: put the four .gz files of keras.datasets.fashion_mnist into a folder named "
                    f"{FOLDER} and set AECLI_DATA_DIR to the folder around it, give its path as data.path, "
                    "or run once with a network."
                ) from error
        _check_sums(found)
        return self._load_folder(found)

    def whereabouts(self) -> str:
        """The folder that would be read, or the address it would be downloaded from."""
        found, _ = find(FOLDER, FOLDER, _is_complete)
        return str(found) if found else f"not here; would be downloaded from {_url()}"

    def missing(self) -> Iterator[tuple[str, str]]:
        """The path, if it is given and there is nothing."""
        if self.path is not None and not Path(self.path).expanduser().exists():
            yield "path", f"there is no {Path(self.path).expanduser()}"

    def _load_folder(self, folder: Path) -> RawData:
        from aecli.data.arrays import RawData, check_pictures
        from aecli.data.idx import read_idx

        x_train, y_train, x_test, y_test = (
            read_idx(folder / name, 3 if "images" in name else 1) for name in SHA256
        )
        check_pictures(x_train, y_train, f"{folder}: train")
        check_pictures(x_test, y_test, f"{folder}: t10k")
        return RawData(x_train, y_train, x_test, y_test, self, str(folder))

    def _load_npz(self, path: Path) -> RawData:
        from aecli.data.arrays import RawData, check_pictures, read_npz

        arrays = read_npz(path, ["x_train", "y_train", "x_test", "y_test"])
        x_train, y_train, x_test, y_test = arrays.values()
        check_pictures(x_train, y_train, f"{path}: x_train, y_train")
        check_pictures(x_test, y_test, f"{path}: x_test, y_test")
        return RawData(x_train, y_train, x_test, y_test, self, str(path))


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


def _download(say: Say) -> Path:
    """Downloads what is missing of the four files into the cache."""
    folder = cache_folder() / FOLDER
    for name, sum_ in SHA256.items():
        download(f"{_url().rstrip('/')}/{name}", sum_, folder / name, f"Fashion-MNIST: {name}", say)
    return folder
