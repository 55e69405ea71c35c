"""Runs that are used: one of each model family, trained once on made-up digits."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from aecli.models.spec import MODELS
from aecli.run_folder import RunFolder
from tests.runs import train, write_digits


@pytest.fixture(scope="session")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up MNIST."""
    path = tmp_path_factory.mktemp("digits") / "mnist.npz"
    write_digits(path)
    return path


@pytest.fixture(scope="session")
def run_of(
    digits: Path, tmp_path_factory: pytest.TempPathFactory, tensorflow: object
) -> Callable[[str], RunFolder]:
    """Gives the run of a family, trained when it is first asked for."""
    place, made = tmp_path_factory.mktemp("runs"), dict[str, RunFolder]()

    def run(family: str) -> RunFolder:
        if family not in made:
            text = (
                f"model: {{type: {family}}}\ndata: {{path: '{digits}'}}\n"
                "training: {epochs: 1, batch_size: 32, optimizer: {type: adam}}\n"
            )
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("aecli.experiment.draw_figures", lambda *_, **__: [])
                made[family] = train(text, place, family)
        return made[family]

    return run


def pixels(path: Path | str) -> np.ndarray:
    """The pixels of a picture's file."""
    with Image.open(path) as image:
        return np.array(image)


FAMILIES = [name for name, _ in MODELS.items()]


@pytest.fixture(scope="session")
def images(digits: Path) -> np.ndarray:
    """The test images of the made-up MNIST, uint8, (50, 28, 28)."""
    with np.load(digits) as stored:
        return stored["x_test"]


@pytest.fixture
def photos(tmp_path: Path, images: np.ndarray) -> Path:
    """A folder of pictures in sub-folders, one of them broken, and one of another size, in colour."""
    folder = tmp_path / "photos"
    (folder / "left").mkdir(parents=True)
    for i in range(4):
        Image.fromarray(images[i]).save(folder / ("left" if i % 2 else "") / f"{i}.png")
    colours = np.random.default_rng(0).integers(0, 256, (40, 31, 3), np.uint8)
    Image.fromarray(colours).save(folder / "left" / "colours.webp", lossless=True)
    (folder / "broken.png").write_bytes(b"\x89PNG and no more")
    return folder
