from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from aecli.core.errors import DataError
from aecli.data.sources.images import Images
from aecli.data.splits import prepare
from tests.data.own import pictures, save_pictures
from tests.data.own import read as read_source


def read(folder: Path, said: list[str] | None = None, **options: Any) -> Any:
    return read_source(Images(path=str(folder), **options), said)


def test_every_image_is_read_once(tmp_path: Path) -> None:
    images = pictures(10, 8, 8)
    save_pictures(tmp_path, images)
    raw = read(tmp_path)
    assert (len(raw.train.samples), len(raw.test.samples)) == (8, 2)
    found = {image.tobytes() for image in [*raw.train.samples, *raw.test.samples]}
    assert found == {image.tobytes() for image in images}
    assert raw.train.labels is None
    assert prepare(raw, seed=0).record["framing"] == {
        "colour": "grey",
        "size": [8, 8],
        "fit": "resize",
        "depth": 8,
    }


def test_sub_folders_are_labels_and_a_limit_takes_some_of_each(tmp_path: Path) -> None:
    for label in ("cat", "dog", "emu"):
        save_pictures(tmp_path / label / "deeper", pictures(20, 8, 8))
    raw = read(tmp_path, limit=12)
    assert len(raw.train.samples) == len(raw.test.samples) == 12
    assert set(raw.train.labels) == {"cat", "dog", "emu"}


def test_digits_as_folders_are_numbers(tmp_path: Path) -> None:
    for label in range(3):
        save_pictures(tmp_path / str(label), np.full((4, 8, 8), label, np.uint8))
    raw = read(tmp_path)
    np.testing.assert_array_equal(raw.train.samples[:, 0, 0], raw.train.labels)
    np.testing.assert_array_equal(raw.test.samples[:, 0, 0], raw.test.labels)


def test_train_and_test_folders_are_kept(tmp_path: Path) -> None:
    save_pictures(tmp_path / "train" / "a", np.full((6, 8, 8), 1, np.uint8))
    save_pictures(tmp_path / "test" / "a", np.full((3, 8, 8), 2, np.uint8))
    raw = read(tmp_path)
    assert (raw.train.samples == 1).all()
    assert (raw.test.samples == 2).all()
    assert len(raw.test.samples) == 3
    assert raw.test.labels.tolist() == ["a"] * 3


def test_one_coloured_image_makes_all_of_them_rgb(tmp_path: Path) -> None:
    save_pictures(tmp_path / "grey", pictures(3, 8, 8))
    save_pictures(tmp_path / "colour", pictures(1, 8, 8, 3))
    assert read(tmp_path).train.samples.shape[1:] == (8, 8, 3)
    assert read(tmp_path, colour="grey").train.samples.shape[1:] == (8, 8)


def test_one_deep_image_makes_all_of_them_deep(tmp_path: Path) -> None:
    save_pictures(tmp_path / "deep", pictures(1, 8, 8, dtype=np.uint16))
    save_pictures(tmp_path / "shallow", np.full((3, 8, 8), 255, np.uint8))
    raw = read(tmp_path)
    assert raw.train.samples.dtype == np.uint16
    data = prepare(raw, seed=0)
    assert data.train.samples[:].max() == 1.0
    assert data.record["scaling"]["divisor"] == [65535.0]


def test_sizes_that_differ_are_an_error_that_says_what_to_type(tmp_path: Path) -> None:
    save_pictures(tmp_path / "a", pictures(3, 33, 47))
    save_pictures(tmp_path / "b", pictures(2, 105, 105))
    with pytest.raises(DataError, match=r"2 sizes.*000.png.*--set 'data.size=\[33, 47\]'.*data.fit=resize"):
        read(tmp_path)
    for fit in ("resize", "crop", "pad"):
        raw = read(tmp_path, size=(28, 20), fit=fit)
        assert raw.train.samples.shape[1:] == (28, 20)
        assert raw.framing.fit == fit


def test_what_can_not_be_read_is_named_or_skipped(tmp_path: Path) -> None:
    paths = save_pictures(tmp_path, pictures(30, 8, 8))
    for path in paths[:12]:
        path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(DataError) as error:
        read(tmp_path)
    message = str(error.value)
    assert message.startswith("12 of 30 images can't be read:")
    assert sum(str(path) in message for path in paths[:12]) == 10
    assert "and 2 more" in message
    assert "--set data.skip_broken=true" in message
    said: list[str] = []
    raw = read(tmp_path, said, skip_broken=True)
    assert len(raw.train.samples) + len(raw.test.samples) == 18
    assert len(raw.skipped) == 12
    assert "12 of 30" in said[0]


def test_labels_stay_with_their_images_past_a_broken_one(tmp_path: Path) -> None:
    for label in range(4):
        save_pictures(tmp_path / str(label), np.full((10, 8, 8), label, np.uint8))
    for name in ("0/003.png", "2/007.png"):
        path = tmp_path / name
        path.write_bytes(path.read_bytes()[:45])
    said: list[str] = []
    raw = read(tmp_path, said, skip_broken=True)
    assert "2 of 40 images" in said[0]
    assert len(raw.train.samples) + len(raw.test.samples) == 38
    for images, labels in ((raw.train.samples, raw.train.labels), (raw.test.samples, raw.test.labels)):
        np.testing.assert_array_equal(images[:, 3, 3], labels)


def test_nothing_is_left_out_in_silence(tmp_path: Path) -> None:
    save_pictures(tmp_path / "a", pictures(4, 8, 8))
    (tmp_path / "a" / "notes.txt").write_text("by the way")
    (tmp_path / ".DS_Store").write_text("")
    save_pictures(tmp_path, pictures(1, 8, 8))
    said: list[str] = []
    assert read(tmp_path, said).train.labels is None
    assert "1 files of other kinds are left out (notes.txt)" in said[0]
    assert "1 of 5 files lie in no sub-folder" in said[1]


def test_files_are_found_by_their_ends_in_any_case(tmp_path: Path) -> None:
    for path in save_pictures(tmp_path, pictures(4, 8, 8)):
        path.rename(path.with_suffix(".PNG"))
    assert len(read(tmp_path).train.samples) == 3


def test_the_same_folder_gives_the_same_data(tmp_path: Path) -> None:
    save_pictures(tmp_path, pictures(300, 4, 4))
    first, again = read(tmp_path), read(tmp_path)
    np.testing.assert_array_equal(first.train.samples, again.train.samples)
    assert sorted(image.tobytes() for image in read(tmp_path, test_seed=1).test.samples) != sorted(
        image.tobytes() for image in first.test.samples
    )


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda folder: None, "there are no files that end in .png"),
        (lambda folder: save_pictures(folder, pictures(1, 8, 8)), "can't be split"),
        (lambda folder: (folder / "a.png").write_text("x"), r"1 sample\(s\) can't be split"),
        (lambda folder: [(folder / f"{i}.png").write_text("x") for i in range(3)], "3 of 3 images"),
    ],
)
def test_what_is_wrong_with_a_folder_is_said(tmp_path: Path, make: Any, said: str) -> None:
    make(tmp_path)
    with pytest.raises(DataError, match=said):
        read(tmp_path, skip_broken=True)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (path,) = save_pictures(tmp_path, pictures(1, 8, 8))
    with pytest.raises(DataError, match="is a file, not a folder; give the folder that it lies in"):
        read(path)
    with Image.open(path) as image:
        assert image.size == (8, 8)
    with pytest.raises(DataError, match="no such folder"):
        read(tmp_path / "none")
