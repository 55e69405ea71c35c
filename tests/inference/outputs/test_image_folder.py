"""Images in a folder, by names that may be anything."""

from pathlib import Path

import numpy as np
import pytest

from aecli.core.errors import DataError, RunFailed
from aecli.data.decoding import SUFFIXES
from aecli.inference.outputs.image_folder import ImageFolder, safe_name
from tests.inference.conftest import pixels

GREY = np.random.default_rng(0).integers(0, 256, (5, 7), np.uint8)
COLOURS = np.random.default_rng(0).integers(0, 256, (5, 7, 3), np.uint8)
DEEP = np.linspace(0, 65535, 35).astype(np.uint16).reshape(5, 7)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return (tmp_path / "out").resolve()


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_each_format_holds_the_pixels(suffix: str, folder: Path) -> None:
    images = ImageFolder(folder, overwrite=False)
    smooth = np.linspace(0, 255, 35).astype(np.uint8).reshape(5, 7)  # which a JPEG keeps nearly
    for name, image in (("grey", smooth), ("colours", np.stack([smooth] * 3, axis=2))):
        written = pixels(images.write(name + suffix, image)).astype(int)
        if suffix == ".webp" and image.ndim == 2:  # which has no grey
            written = written[..., 0]
        assert np.abs(written - image).max() <= (6 if suffix in (".jpg", ".jpeg") else 0)
    deep = pixels(images.write("deep" + suffix, DEEP)).astype(float)
    if suffix in (".png", ".tif", ".tiff"):
        np.testing.assert_array_equal(deep, DEEP)
    else:
        deep = deep[..., 0] if deep.ndim == 3 else deep
        assert np.abs(deep - DEEP / 257).max() <= (6 if suffix in (".jpg", ".jpeg") else 0.5)


def test_a_name_without_an_images_end_becomes_a_png(folder: Path) -> None:
    images = ImageFolder(folder, overwrite=False)
    written = [images.write(name, GREY).name for name in ("7", "a.npy", "b.PNG", "photo.jpg@0,0")]
    assert written == ["7.png", "a.npy.png", "b.PNG", "photo.jpg@0,0.png"]
    np.testing.assert_array_equal(pixels(folder / "7.png"), GREY)


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", "../x.png", "a/../../x.png", "/etc/x.png", "a//b.png", "a/", "./x.png"),
        *("\x1b[31m.png", "a\nb.png", "nul\0.png", "caf\udce9.png", "x\u2028.png", "a\x7f/b.png"),
        *("x" * 256, "x" * 300 + "/a.png", "日" * 90 + ".png"),
    ],
)
def test_a_name_that_is_none_or_leads_out_is_refused(name: str, folder: Path) -> None:
    images = ImageFolder(folder, overwrite=True)
    with pytest.raises(DataError, match="isn't a safe file name") as refused:
        images.write(name, GREY)
    assert str(refused.value).isprintable()
    assert files(folder.parent) == []


@pytest.mark.parametrize("letter", ["x", "日"])
def test_a_long_name_is_written_or_refused_and_never_ends_the_work(letter: str, folder: Path) -> None:
    images, written = ImageFolder(folder, overwrite=False), 0
    for length in range(225 // len(letter.encode()), 260 // len(letter.encode())):
        try:
            images.write(letter * length, GREY)
            written += 1
        except DataError:
            break
    assert len(files(folder)) == written > 3


def test_names_are_paths_inside_the_folder(folder: Path) -> None:
    assert safe_name("a/b c/日本.png").parts == ("a", "b c", "日本.png")
    ImageFolder(folder, overwrite=False).write("a/b c/日本.png", COLOURS)
    assert files(folder) == ["a/b c/日本.png"]


def test_what_is_there_is_replaced_only_with_leave_and_what_was_just_written_never(folder: Path) -> None:
    (folder / "a.png").write_text("mine")
    with pytest.raises(DataError, match=r"a\.png: there is an image of that name already"):
        ImageFolder(folder, overwrite=False).write("a.png", GREY)
    assert (folder / "a.png").read_text() == "mine"
    images = ImageFolder(folder, overwrite=True)
    images.write("a.png", GREY)
    with pytest.raises(DataError, match="there is an image of that name already"):
        images.write("a", 255 - GREY)
    np.testing.assert_array_equal(pixels(folder / "a.png"), GREY)
    assert files(folder) == ["a.png"]


def test_nothing_is_written_or_made_through_a_link(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "mine.png").write_text("mine")
    (folder / "link").symlink_to(tmp_path / "elsewhere")
    (folder / "file.png").symlink_to(tmp_path / "elsewhere" / "mine.png")
    images = ImageFolder(folder, overwrite=True)
    for name in ("link/a.png", "link/below/a.png"):
        with pytest.raises(DataError, match=r"leads out of .* through a link"):
            images.write(name, GREY)
    images.write("file.png", GREY)
    assert not (folder / "file.png").is_symlink()
    assert [path.name for path in (tmp_path / "elsewhere").rglob("*")] == ["mine.png"]
    assert (tmp_path / "elsewhere" / "mine.png").read_text() == "mine"


def test_what_cannot_be_replaced_is_told_in_plain_words(folder: Path) -> None:
    (folder / "a.png").mkdir()
    with pytest.raises(RunFailed, match=r"a\.png: can't be written: Is a directory"):
        ImageFolder(folder, overwrite=True).write("a.png", GREY)
    assert files(folder) == []
