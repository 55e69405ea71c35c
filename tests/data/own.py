"""Small data of one's own, for the tests that read it."""

from pathlib import Path

import numpy as np
from PIL import Image

from aecli.data.sources.source import DataSource, RawData
from tests.whole_runs import heard


def pictures(count: int, *shape: int, dtype: type = np.uint8) -> np.ndarray:
    """Images of a bright square at a place of chance on dark ground."""
    rng = np.random.default_rng(4)
    full = np.iinfo(dtype).max
    images = (rng.random((count, *shape)) * full * 0.1).astype(dtype)
    side = max(min(shape[:2]) // 3, 1)
    for image in images:
        top, left = (int(rng.integers(size - side + 1)) for size in shape[:2])
        image[top : top + side, left : left + side] = int(full * 0.9)
    return images


def save_pictures(folder: Path, images: np.ndarray, suffix: str = "png") -> list[Path]:
    """Writes images as files."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{i:03}.{suffix}" for i in range(len(images))]
    for path, image in zip(paths, images, strict=True):
        Image.fromarray(image).save(path)
    return paths


def waves(count: int = 30, features: int = 2, longest: int = 20) -> list[np.ndarray]:
    """Sine waves of uneven length, (steps, features), in [-2, 2]."""
    rng = np.random.default_rng(6)
    found = []
    for _ in range(count):
        steps = np.arange(int(rng.integers(longest // 2, longest + 1)))
        phases = rng.uniform(0, 6, features)
        found.append(2 * np.sin(steps[:, np.newaxis] * 0.5 + phases))
    found[0] = 2 * np.sin(np.arange(longest)[:, np.newaxis] * 0.5 + np.zeros(features))
    return found


def save_tables(folder: Path, sequences: list[np.ndarray]) -> None:
    """Writes each sequence as a CSV file with a header."""
    folder.mkdir(parents=True, exist_ok=True)
    for i, sequence in enumerate(sequences):
        header = ",".join(f"f{k}" for k in range(sequence.shape[1]))
        np.savetxt(folder / f"{i:03}.csv", sequence, delimiter=",", header=header, comments="")


def read(source: DataSource, said: list[str] | None = None) -> RawData:
    """Reads a data set; `said` gets what it warns of, and without `said` it must warn of nothing."""
    with heard() as texts:
        raw = source.read()
    if said is None:
        assert texts == []
    else:
        said += texts
    return raw


def gradient(height: int, width: int, channels: int = 0) -> np.ndarray:
    """An image whose every pixel says where it is."""
    rows, columns = np.mgrid[:height, :width]
    grey = (rows * 200 // height + columns * 50 // width).astype(np.uint8)
    return np.stack([np.roll(grey, c, axis=1) for c in range(channels)], axis=-1) if channels else grey
