"""Small data of one's own, for the tests that read it."""

from pathlib import Path

import numpy as np
from PIL import Image


def pictures(count: int, *shape: int, dtype: type = np.uint8) -> np.ndarray:
    """Pictures of a bright square at a place of chance on dark ground."""
    rng = np.random.default_rng(4)
    full = np.iinfo(dtype).max
    images = (rng.random((count, *shape)) * full * 0.1).astype(dtype)
    side = max(min(shape[:2]) // 3, 1)
    for image in images:
        top, left = (int(rng.integers(size - side + 1)) for size in shape[:2])
        image[top : top + side, left : left + side] = int(full * 0.9)
    return images


def save_pictures(folder: Path, images: np.ndarray, suffix: str = "png") -> list[Path]:
    """Writes pictures as files."""
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


def save_tables(folder: Path, items: list[np.ndarray]) -> None:
    """Writes each sequence as a CSV file with a header."""
    folder.mkdir(parents=True, exist_ok=True)
    for i, item in enumerate(items):
        header = ",".join(f"f{k}" for k in range(item.shape[1]))
        np.savetxt(folder / f"{i:03}.csv", item, delimiter=",", header=header, comments="")


def silent(text: str) -> None:
    """Receives what must not be said."""
    raise AssertionError(f"said: {text}")
