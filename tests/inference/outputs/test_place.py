"""Where results go, looked at before the work."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from aecli.core.errors import RequestError, RunFailed
from aecli.inference.outputs.place import (
    check_file,
    plain_failures,
    prepare_folder,
    refuse_among,
    sheet_beside,
)


@dataclass
class Folder:
    """Inputs of a folder, as far as a place is concerned."""

    folder: Path
    suffixes: tuple[str, ...] = (".png", ".csv")

    @property
    def searched(self) -> tuple[Path, ...]:
        return (self.folder,)


def names(folder: Path) -> list[str]:
    """What is in a folder."""
    return [path.name for path in folder.iterdir()]


@pytest.fixture
def inputs(tmp_path: Path) -> Folder:
    (tmp_path / "photos").mkdir()
    return Folder(tmp_path / "photos")


def test_a_file_may_be_new_or_replace_another_and_its_end_is_told(tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text("mine")
    assert check_file(tmp_path / "old.csv", (".csv", ".npz")) == ".csv"
    assert check_file(tmp_path / "new.NPZ", (".csv", ".npz")) == ".npz"
    assert (tmp_path / "old.csv").read_text() == "mine"
    assert names(tmp_path) == ["old.csv"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a.txt", r"must end in \.csv or \.npz"),
        ("csv", r"must end in"),
        ("folder.csv", "is a folder; give a file in it"),
        ("none/a.csv", "there is no folder .*none"),
    ],
)
def test_a_place_where_no_file_can_be_is_refused(name: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(RequestError, match=message):
        check_file(tmp_path / name, (".csv", ".npz"))


def test_a_folder_is_made_with_those_above_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert prepare_folder(Path("a/b"), overwrite=False) == tmp_path.resolve() / "a" / "b"
    assert Path("a/b").is_dir()
    prepare_folder(Path("a/b"), overwrite=False)  # still empty


def test_a_folder_with_something_in_it_needs_leave(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    with pytest.raises(RequestError, match=r"the folder isn't empty.*--overwrite"):
        prepare_folder(tmp_path, overwrite=False)
    prepare_folder(tmp_path, overwrite=True)
    assert names(tmp_path) == ["mine"]


def test_in_place_of_a_file_no_folder_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(RequestError, match="no folder can be made here"):
            prepare_folder(path, overwrite=True)
    assert (tmp_path / "file").read_text() == "mine"


def test_inputs_are_never_replaced_and_results_not_put_among_them(tmp_path: Path, inputs: Folder) -> None:
    (tmp_path / "link").symlink_to(inputs.folder)
    for path in (inputs.folder, tmp_path / "link", inputs.folder / ".." / "photos"):
        with pytest.raises(RequestError, match="is the folder of the inputs"):
            prepare_folder(path, True, inputs)  # type: ignore[arg-type]
    for path in (inputs.folder / "out", tmp_path / "link" / "a" / "b"):
        with pytest.raises(RequestError, match="lies below the inputs"):
            prepare_folder(path, True, inputs)  # type: ignore[arg-type]
    assert names(inputs.folder) == []
    prepare_folder(tmp_path / "photos-2", False, inputs)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["c.csv", "c.CSV", "a/c.Png"])
def test_a_result_that_would_be_an_input_of_the_next_command_is_refused(name: str, inputs: Folder) -> None:
    with pytest.raises(RequestError, match="would be one of the next"):
        refuse_among(inputs.folder / name, inputs)  # type: ignore[arg-type]
    refuse_among(inputs.folder / "c.npz", inputs)  # type: ignore[arg-type]


def test_a_sheet_lies_beside_its_folder_and_replaces_nothing_unasked(tmp_path: Path) -> None:
    sheet = sheet_beside(tmp_path / "new.v2", overwrite=False)
    assert sheet == tmp_path / "new.v2.png"
    sheet.symlink_to("nowhere")
    with pytest.raises(RequestError, match="the contact sheet's place is taken"):
        sheet_beside(tmp_path / "new.v2", overwrite=False)
    assert sheet_beside(tmp_path / "new.v2", overwrite=True) == sheet


def test_what_a_disk_does_is_said_in_plain_words(tmp_path: Path) -> None:
    message = r"x: can't be written: No such file or directory"
    with pytest.raises(RunFailed, match=message), plain_failures(tmp_path / "x"):
        (tmp_path / "none" / "x").write_bytes(b"")


def test_a_link_to_itself_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(RequestError, match="loop: no folder can be made here"):
        prepare_folder(tmp_path / "loop", overwrite=False)
