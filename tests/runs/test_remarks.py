"""Tags and notes."""

import os
from pathlib import Path

import pytest

from aecli.core.errors import RequestError, RunError
from aecli.runs.folder import RunFolder
from aecli.runs.remarks import Remarks


def test_what_is_said_is_read_back_and_leaves_nothing_when_it_is_taken_back(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    assert Remarks.read(folder) == Remarks()
    said = Remarks().tagged(["good", "für-später", "good"]).noted("é\n🙂")
    said.write(folder)
    assert Remarks.read(folder) == said
    assert said.tags == ("good", "für-später")
    said.untagged(["good", "für-später"]).noted("").write(folder)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("tag", ["", "two words", "-x", "\x1b[31m", "x" * 41, "a,b", "x\n"])
def test_what_is_no_word_is_no_tag(tag: str) -> None:
    with pytest.raises(RequestError, match="a tag is 1 to 40 letters"):
        Remarks().tagged([tag])


def test_a_tag_that_is_not_there_cannot_be_taken_away() -> None:
    with pytest.raises(RequestError, match="no such tag; it has: a"):
        Remarks(tags=("a",)).untagged(["b"])


@pytest.mark.parametrize(
    "raw",
    [
        *(b"", b"[]", b"{", b'{"tags": "x"}', b'{"tags": ["a b"]}', b'{"tags": ["\\u001b[31m"]}', b"\xff"),
        *(b'{"note": 5}', b'{"more": 1}', b"[" * 100_000, b'{"note": "' + b"x" * 2**18 + b'"}'),
    ],
    ids=lambda raw: repr(raw[:14]),
)
def test_a_damaged_file_is_an_error_that_names_it(tmp_path: Path, raw: bytes) -> None:
    folder = RunFolder(tmp_path)
    folder.remarks.write_bytes(raw)
    with pytest.raises(RunError, match=r"remarks\.json: "):
        Remarks.read(folder)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    os.mkfifo(folder.remarks)
    with pytest.raises(RunError, match="not a regular file"):
        Remarks.read(folder)
