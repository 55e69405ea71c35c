"""A run on tiles of images: each tile is encoded and scored, an image is reconstructed whole."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from aecli.data.tiles import cut
from aecli.inference import whole
from aecli.models.build import build
from aecli.runs.folder import RunFolder
from tests.data.own import pictures
from tests.inference.conftest import pixels
from tests.whole_runs import opened, train

CONV = "model: {type: conv, filters: [4, 3]}\n"
TRIMMED = "model: {type: conv, filters: [4, 3, 2]}\n"
DENSE = "model: {type: dense, latent: {dim: 3}}\n"
LSTM = "model: {type: lstm, encoder_units: 3, decoder_units: 4}\n"
TRAINING = "training: {epochs: 1, batch_size: 32, optimizer: {type: adam}}\n"


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three images of two sizes, one of them no multiple of a tile, and one that is none."""
    place = tmp_path_factory.mktemp("photos")
    for name, image in (("a", pictures(1, 37, 45, 3)[0]), ("b", pictures(1, 24, 36, 3)[0])):
        Image.fromarray(image).save(place / f"{name}.png")
    Image.fromarray(pictures(1, 37, 45)[0]).save(place / "grey.png")
    return place


@pytest.fixture(scope="module")
def run_on(photos: Path, tmp_path_factory: pytest.TempPathFactory, tensorflow: object) -> Any:
    made: dict[tuple[str, int], RunFolder] = {}

    def run(model: str, side: int = 12) -> RunFolder:
        if (model, side) not in made:
            data = f"data: {{name: images, path: '{photos}', fit: tiles, size: [{side}, {side}]}}\n"
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("aecli.experiment.train.draw_figures", lambda *_, **__: [])
                made[model, side] = train(model + data + TRAINING, tmp_path_factory.mktemp("runs"))
        return made[model, side]

    return run


def test_each_tile_is_encoded_by_name_and_corner(
    aecli: Any, run_on: Any, photos: Path, tmp_path: Path
) -> None:
    folder = run_on(CONV)
    ended = aecli("encode", folder.path, photos / "b.png", photos / "a.png", "-o", tmp_path / "c.npz")
    assert ended.code == 0, ended.err
    with np.load(tmp_path / "c.npz") as stored:
        codes = dict(stored)
    assert len(codes["names"]) == 2 * 3 + 3 * 3
    assert codes["names"][:4].tolist() == ["b.png[0,0]", "b.png[0,12]", "b.png[0,24]", "b.png[12,0]"]
    tiles = cut(pixels(photos / "b.png"), (12, 12)) / np.float32(255)
    expected = opened(folder).network.encode_all(tiles)
    np.testing.assert_allclose(codes["codes"][:6], expected, rtol=1e-4, atol=1e-5)

    assert aecli("decode", folder.path, tmp_path / "c.npz", "-o", tmp_path / "tiles").code == 0
    assert pixels(tmp_path / "tiles" / "a.png[24,12].png").shape == (12, 12, 3)


def test_each_tile_is_scored_and_a_smaller_image_is_skipped(
    aecli: Any, run_on: Any, photos: Path, tmp_path: Path
) -> None:
    Image.fromarray(np.zeros((11, 40, 3), np.uint8)).save(tmp_path / "small.png")
    arguments = [photos / "a.png", tmp_path / "small.png", "-o", tmp_path / "s.csv"]
    ended = aecli("score", run_on(CONV).path, *arguments)
    assert ended.code == 1
    assert "small.png: 11×40 pixels are less than a tile of 12×12" in ended.err
    with (tmp_path / "s.csv").open(newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    assert len(names) == 9
    assert names[-1].endswith("a.png[24,24]")


def test_an_image_is_reconstructed_by_the_same_network_at_its_own_size(
    aecli: Any, run_on: Any, photos: Path, tmp_path: Path
) -> None:
    folder = run_on(CONV)
    ended = aecli("reconstruct", folder.path, photos, "-o", tmp_path / "out", "--quiet")
    assert (ended.code, ended.err) == (0, "")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"a.png", "b.png", "grey.png"}
    run = opened(folder)
    # 24×36 is made of whole tiles: it is what the model builds at that size, and nothing around it.
    network = build(run.config.model, (24, 36, 3))
    network.autoencoder.set_weights(run.network.autoencoder.get_weights())
    image = pixels(photos / "b.png")[np.newaxis] / np.float32(255)
    expected = np.round(network.decode_all(network.encode_all(image))[0] * 255)
    assert np.abs(pixels(tmp_path / "out" / "b.png") - expected).max() <= 1
    assert pixels(tmp_path / "out" / "a.png").shape == (37, 45, 3)
    assert pixels(tmp_path / "out" / "grey.png").shape == (37, 45)


def test_there_are_no_seams(run_on: Any) -> None:
    """Moving an image by a tile moves its reconstruction, up to what the border is seen from."""
    function = whole.whole_reconstructor(opened(run_on(CONV)))
    image = np.random.default_rng(0).random((1, 61, 85, 3), np.float32)
    moved = function(image[:, 12:, 12:], None)
    np.testing.assert_allclose(function(image, None)[:, 24:, 24:], moved[:, 12:, 12:], atol=1e-5)


def test_an_image_too_large_at_once_is_done_in_blocks_with_the_same_result(
    run_on: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = np.random.default_rng(0).random((1, 100, 131, 3), np.float32)
    at_once = whole.whole_reconstructor(opened(run_on(CONV)))(image, None)
    for tiles_at_a_time in (9, 25):
        monkeypatch.setattr(whole, "NUMBERS_AT_A_TIME", tiles_at_a_time * 12 * 12 * 3)
        by_blocks = whole.whole_reconstructor(opened(run_on(CONV)))(image, None)
        np.testing.assert_allclose(by_blocks, at_once, atol=1e-5)


@pytest.mark.parametrize("model", [DENSE, LSTM, TRIMMED])
def test_a_network_of_one_size_alone_does_it_tile_by_tile(
    model: str, aecli: Any, run_on: Any, photos: Path, tmp_path: Path
) -> None:
    folder = run_on(model)
    run = opened(folder)
    assert not whole.is_convolutional(run)
    assert aecli("reconstruct", folder.path, photos / "a.png", "-o", tmp_path).code == 0
    image = pixels(photos / "a.png")
    tiles = cut(image, (12, 12)) / np.float32(255)
    expected = np.round(run.network.decode_all(run.network.encode_all(tiles)) * 255)
    found = pixels(tmp_path / "a.png")
    assert found.shape == image.shape
    assert np.abs(cut(found, (12, 12)) - expected).max() <= 1
