"""What runs are used on."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.whole_runs import SMALL


def pixels(path: Path | str) -> np.ndarray:
    """The pixels of an image's file."""
    with Image.open(path) as image:
        return np.array(image)


UNTOLD = [name for name in SMALL if name != "conditional"]
"""Models that are told nothing of their inputs."""


@pytest.fixture
def photos(tmp_path: Path, images: np.ndarray) -> Path:
    """A folder of images in sub-folders, one of them broken, and one of another size, in colour."""
    folder = tmp_path / "photos"
    (folder / "left").mkdir(parents=True)
    for i in range(4):
        Image.fromarray(images[i]).save(folder / ("left" if i % 2 else "") / f"{i}.png")
    colours = np.random.default_rng(0).integers(0, 256, (40, 31, 3), np.uint8)
    Image.fromarray(colours).save(folder / "left" / "colours.webp", lossless=True)
    (folder / "broken.png").write_bytes(b"\x89PNG and no more")
    return folder
