"""CSV files of results."""

import csv
import gc
from pathlib import Path

import pytest

from aecli.core.errors import RunFailed
from aecli.inference.outputs.csv_file import csv_file


def test_rows_come_out_as_they_went_in(tmp_path: Path) -> None:
    rows = [["name", "loss"], ['a "b", c', "0.1"], ["two\nlines", ""], ["日本", "1e-07"]]
    with csv_file(tmp_path / "x.csv") as write:
        write(rows[:1])
        write(iter(rows[1:]))
    with (tmp_path / "x.csv").open(newline="", encoding="utf-8") as file:
        assert list(csv.reader(file)) == rows
    assert b"\r" not in (tmp_path / "x.csv").read_bytes()


def test_a_name_that_is_no_text_is_written_all_the_same(tmp_path: Path) -> None:
    with csv_file(tmp_path / "x.csv") as write:
        write([["caf\udce9.png", 1]])
    assert (tmp_path / "x.csv").read_bytes() == b"caf\\udce9.png,1\n"


@pytest.mark.parametrize("rows", [1, 5000], ids=["little", "more than is kept before it is written"])
def test_a_failure_leaves_the_old_file_and_no_other(rows: int, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("mine")

    def write_half() -> None:
        with csv_file(tmp_path / "x.csv") as write:
            write([["name", 0.5]] * rows)
            raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        write_half()
    gc.collect()
    assert (tmp_path / "x.csv").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["x.csv"]


def test_where_nothing_can_be_written_the_file_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(RunFailed, match=r"none/x\.csv: can't be written: No such file"),
        csv_file(tmp_path / "none" / "x.csv"),
    ):
        pass
