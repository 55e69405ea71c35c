from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from aecli.core.errors import DataError
from aecli.data.sources.images import Images
from aecli.data.splits import prepare
from aecli.data.tiles import corners, cut, joined
from tests.data.own import pictures, save_pictures
from tests.data.own import read as read_source


def read(folder: Path, said: list[str] | None = None, **options: Any) -> Any:
    return read_source(Images(**{"path": str(folder), "fit": "tiles", "size": (4, 6), **options}), said)


def numbered(place: Path, count: int, height: int = 9, width: int = 13) -> None:
    """Images whose pixels say which of them they are."""
    save_pictures(place, np.arange(count, dtype=np.uint8)[:, None, None] * np.ones((height, width), np.uint8))


def test_tiles_are_pieces_of_the_image_unscaled() -> None:
    image = np.random.default_rng(0).integers(0, 256, (9, 13, 3), np.uint8)
    tiles, places = cut(image, (4, 6)), corners((9, 13), (4, 6))
    assert places == [(0, 0), (0, 6), (4, 0), (4, 6)]
    for (top, left), tile in zip(places, tiles, strict=True):
        np.testing.assert_array_equal(tile, image[top : top + 4, left : left + 6])
    np.testing.assert_array_equal(joined(tiles, (8, 12)), image[:8, :12])


def test_a_folder_of_few_images_is_split_by_tiles(tmp_path: Path) -> None:
    images = pictures(2, 9, 13, 3)
    save_pictures(tmp_path, images)
    raw = read(tmp_path)
    assert (raw.train.samples.shape, raw.test.samples.shape) == ((6, 4, 6, 3), (2, 4, 6, 3))
    found = {tile.tobytes() for tile in [*raw.train.samples, *raw.test.samples]}
    assert found == {tile.tobytes() for image in images for tile in cut(image, (4, 6))}
    assert prepare(raw, seed=0).record["framing"]["fit"] == "tiles"


def test_of_many_images_none_has_tiles_in_both_parts_and_labels_repeat(tmp_path: Path) -> None:
    for label in range(3):
        save_pictures(tmp_path / str(label), np.full((7, 9, 13), label, np.uint8))
    raw = read(tmp_path)
    assert (len(raw.train.samples), len(raw.test.samples)) == (17 * 4, 4 * 4)
    np.testing.assert_array_equal(raw.train.samples[:, 0, 0], raw.train.labels)
    np.testing.assert_array_equal(raw.test.samples[:, 0, 0], raw.test.labels)
    numbered(tmp_path / "numbered", 20)
    raw = read(tmp_path / "numbered")
    in_train, in_test = (set(part[:, 0, 0]) for part in (raw.train.samples, raw.test.samples))
    assert (len(in_train), len(in_test)) == (16, 4)
    assert not in_train & in_test


def test_train_and_test_folders_are_kept(tmp_path: Path) -> None:
    save_pictures(tmp_path / "train", np.full((2, 9, 13), 1, np.uint8))
    save_pictures(tmp_path / "test", np.full((1, 9, 13), 2, np.uint8))
    raw = read(tmp_path)
    assert (raw.train.samples.shape, raw.test.samples.shape) == ((8, 4, 6), (4, 4, 6))
    assert (raw.train.samples == 1).all()
    assert (raw.test.samples == 2).all()


def test_a_limit_counts_tiles_and_takes_them_of_many_images(tmp_path: Path) -> None:
    numbered(tmp_path, 20)
    raw = read(tmp_path, limit=10)
    assert (len(raw.train.samples), len(raw.test.samples)) == (10, 10)
    assert len(set(raw.train.samples[:, 0, 0])) > 4


def test_images_differ_in_size_and_those_smaller_than_a_tile_are_broken(tmp_path: Path) -> None:
    save_pictures(tmp_path / "a", pictures(3, 9, 13))
    save_pictures(tmp_path / "b", pictures(1, 20, 7))
    save_pictures(tmp_path / "c", pictures(1, 3, 50))
    with pytest.raises(DataError, match=r"1 of 5 .*\n.*c/000.png: 3×50 pixels are less than a tile of 4×6"):
        read(tmp_path)
    told: list[str] = []
    raw = read(tmp_path, told, skip_broken=True)
    assert len(raw.train.samples) + len(raw.test.samples) == 3 * 4 + 5
    assert "less than a tile" in told[0]
    save_pictures(tmp_path / "small", pictures(2, 3, 3))
    with pytest.raises(DataError, match="2 of 2 images can't be read"):
        read(tmp_path / "small", skip_broken=True)


def test_an_image_that_breaks_off_is_known_only_once_it_is_read(tmp_path: Path) -> None:
    paths = save_pictures(tmp_path, pictures(3, 64, 60))
    paths[1].write_bytes(paths[1].read_bytes()[:-400])
    with pytest.raises(DataError, match=r"1 of 3 images can't be read:\n.*001.png"):
        read(tmp_path)
    raw = read(tmp_path, [], skip_broken=True)
    assert len(raw.train.samples) + len(raw.test.samples) == 2 * 160


def test_what_is_streamed_is_what_memory_would_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AECLI_CACHE_DIR", str(tmp_path / "cache"))
    save_pictures(tmp_path / "images", pictures(12, 100, 110))
    paths = save_pictures(tmp_path / "images" / "more", pictures(1, 100, 110))
    paths[0].write_bytes(paths[0].read_bytes()[:-2000])
    both = [read(tmp_path / "images", [], skip_broken=True, memory_limit_mb=limit) for limit in (100, 1)]
    held, streamed = (prepare(raw, seed=0) for raw in both)
    assert not isinstance(both[1].train.samples, np.ndarray)
    assert held.record == streamed.record


def test_tiles_need_a_size(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'fit: tiles' needs 'size'"):
        Images(path=str(tmp_path), fit="tiles")


def test_deep_and_coloured_images_become_one_form(tmp_path: Path) -> None:
    deep = pictures(1, 9, 13, dtype=np.uint16)
    save_pictures(tmp_path, deep)
    Image.fromarray(np.full((9, 13, 3), 255, np.uint8)).save(tmp_path / "colours.png")
    assert read(tmp_path).train.samples.shape[1:] == (4, 6, 3)
    raw = read(tmp_path, colour="grey")
    assert raw.train.samples.dtype == np.uint16
    assert max(raw.train.samples.max(), raw.test.samples.max()) == 65535
