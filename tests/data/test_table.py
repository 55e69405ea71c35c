"""CSV files as spreadsheets and instruments write them: read as they are meant, or refused in a sentence."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aecli.core.errors import DataError
from aecli.data.dialect import Dialect
from aecli.data.table import Table, as_labels, read_table


def read(tmp_path: Path, text: str | bytes, series: bool = False, **dialect: Any) -> Table:
    path = tmp_path / "t.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_table(path, Dialect(**dialect), series)


@pytest.mark.parametrize(
    ("text", "names", "numbers"),
    [
        ("a, in m;b\n1.5;2\n3;4\n", ("a, in m", "b"), [[1.5, 2], [3, 4]]),
        ("1 2 3 \n4 5 6 \n", None, [[1, 2, 3], [4, 5, 6]]),
        ("ECG value\n1\n2\n", ("ECG value",), [[1], [2]]),
        ("\na,b\n1,2\n", ("a", "b"), [[1, 2]]),
        ("a;b\n1,5;2,25\n3,5;4\n", ("a", "b"), [[1.5, 2.25], [3.5, 4]]),
        ("a|b\n1|2\n", ("a", "b"), [[1, 2]]),
        ("sep=;\na;b\n1;2\n", ("a", "b"), [[1, 2]]),
        ("a,b\r\n1,2\r\n\r\n", ("a", "b"), [[1, 2]]),
        ("a\tb\n1\t2\n", ("a", "b"), [[1, 2]]),
        ("\ufeffa,b\n1,2\n", ("a", "b"), [[1, 2]]),
        ("0.5,1\n0.25,2\n", None, [[0.5, 1], [0.25, 2]]),
    ],
)
def test_dialects_are_read_as_they_are_meant(
    tmp_path: Path, text: str, names: tuple[str, ...] | None, numbers: Any
) -> None:
    table = read(tmp_path, text)
    assert table.names == names
    assert table.numbers.tolist() == numbers
    assert table.broken == {}


def test_utf_16_is_read_by_its_mark(tmp_path: Path) -> None:
    assert read(tmp_path, "a,b\n1,2\n".encode("utf-16")).numbers.tolist() == [[1, 2]]


def test_headings_that_count_the_columns_are_headings(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    table = read(tmp_path, "0,1,2\n5,3,9\n1,8,2\n")
    assert table.names == ("0", "1", "2")
    assert len(table.numbers) == 2
    assert "data.header=no" in caplog.text
    assert len(read(tmp_path, "0,1,2\n5,3,9\n1,8,2\n", header="no").numbers) == 3


@pytest.mark.parametrize("first", ["0,1", "1,2", "1,2,3"])
def test_what_may_count_the_columns_or_be_data_is_warned_of(
    tmp_path: Path, first: str, caplog: pytest.LogCaptureFixture
) -> None:
    row = "5,3,1"[: len(first)]
    assert len(read(tmp_path, f"{first}\n{row}\n").numbers) == 2
    assert "data.header=yes" in caplog.text


def test_rising_first_rows_are_warned_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    text = "400.5,410.2,421,433\n5,3,9,1\n1,8,2,7\n"
    assert read(tmp_path, text).names is None
    assert "data.header=yes" in caplog.text
    assert read(tmp_path, text, header="yes").names == ("400.5", "410.2", "421", "433")


@pytest.mark.parametrize("first", ["1,,3", "1,nan,3", "1,NA,3"])
def test_a_first_row_of_numbers_is_data_also_where_one_is_missing(tmp_path: Path, first: str) -> None:
    table = read(tmp_path, f"{first}\n4,5,6\n7,8,9\n")
    assert table.names is None
    assert len(table.numbers) == 3
    assert list(table.broken) == [1]
    assert math.isnan(table.numbers[0, 1])


def test_a_column_that_counts_the_rows_is_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    read(tmp_path, ",a\n0,1.5\n1,2.5\n2,0.5\n")
    assert "data.leave_out=[1]" in caplog.text


def test_columns_are_chosen_and_left_out_by_heading_and_by_number(tmp_path: Path) -> None:
    text = "a,b,c\n1,2,3\n"
    assert read(tmp_path, text, columns=("c", 1)).numbers.tolist() == [[3, 1]]
    assert read(tmp_path, text, leave_out=("b",)).numbers.tolist() == [[1, 3]]
    table = read(tmp_path, "x,1,2\ny,3,4\n", label=1)
    assert (table.labels, table.numbers.tolist()) == (["x", "y"], [[1, 2], [3, 4]])


def test_files_are_matched_with_a_training_by_their_headings(tmp_path: Path) -> None:
    table = read(tmp_path, "kind,b,a\nx,2,1\n", matched=("a", "b"), label="kind")
    assert table.numbers.tolist() == [[1, 2]]
    assert read(tmp_path, "b,a\n2,1\n", matched=("a", "b"), label="kind").numbers.tolist() == [[1, 2]]
    with pytest.raises(DataError, match=r"lacks a and has besides c; expected a, b"):
        read(tmp_path, "c,b\n2,1\n", matched=("a", "b"))
    with pytest.raises(DataError, match=r"has no headings; expected those of the training: a, b"):
        read(tmp_path, "2,1.5\n3,4\n", matched=("a", "b"))


@pytest.mark.parametrize(
    ("text", "dialect", "message"),
    [
        ("a,a\n1,2\n", {}, r"2 columns are called 'a' \(columns 1, 2\)"),
        ("a,a,b\n1,2,3\n", {"columns": ("a",)}, r"data.columns=\[1\]"),
        ("a,a,b\n1,2,3\n", {"label": "a"}, r"data.label=1"),
        ("a,b\n1,2\n", {"columns": ("d",)}, "has no column 'd'"),
        ("1,2\n3,4\n", {"columns": (3,)}, "there is no column 3; they are 1 to 2"),
        ('{"a": 1}', {}, "is JSON, no CSV file"),
        (b"\x89HDF\r\n\x1a\n", {}, "is HDF5, no CSV file"),
        (b"PK\x03\x04abc", {}, "an Excel workbook"),
        (b"a,b\n1,\xff\n", {}, "not UTF-8 text"),
        ("\n\n", {}, "there are no rows"),
        ("sep=;\n", {}, "there are no rows"),
    ],
)
def test_what_can_mean_two_things_or_nothing_is_refused(
    tmp_path: Path, text: str | bytes, dialect: dict[str, Any], message: str
) -> None:
    with pytest.raises(DataError, match=message):
        read(tmp_path, text, **dialect)


def test_equal_mistakes_are_said_once(tmp_path: Path) -> None:
    table = read(tmp_path, "t,v\n" + "".join(f"2024-01-{i:02},{i}\n" for i in range(1, 20)))
    (message,) = table.complaints(tmp_path / "t.csv")
    assert "column 't': '2024-01-01' is not a number; and 18 more lines like it (3 to 20)" in message
    assert "data.leave_out=[t]" in message


def test_an_empty_label_is_a_mistake(tmp_path: Path) -> None:
    table = read(tmp_path, "k,v\na,1\n,2\n", label="k")
    assert [message for _, message in table.broken.values()] == ["the label is empty"]


def test_steps_without_numbers_stay_in_their_place(tmp_path: Path) -> None:
    for gap in (",", "NA,NA", ""):
        table = read(tmp_path, f"a,b\n1,2\n{gap}\n3,4\n", series=True)
        assert table.lines.tolist() == [2, 3, 4]
        np.testing.assert_array_equal(table.numbers[:, 0], [1, np.nan, 3])
    assert len(read(tmp_path, "a,b\n1,2\n\n3,4\n").numbers) == 2, "of rows, an empty line means nothing"


@pytest.mark.parametrize(
    ("texts", "labels"),
    [
        (["1", "2", "-3"], [1, 2, -3]),
        (["1_0", "10"], ["1_0", "10"]),
        (["01", "1"], ["01", "1"]),
        (["a" * 70 + "b", "a" * 70 + "c"], ["a" * 70 + "b", "a" * 70 + "c"]),
        (["\u0661"], ["\u0661"]),
    ],
)
def test_labels_stay_what_they_are(texts: list[str], labels: list[Any]) -> None:
    assert as_labels(texts).tolist() == labels


def test_a_line_longer_than_a_cell_may_usually_be_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, ",".join(["1.2345678"] * 20_000)).numbers.shape == (1, 20_000)


def test_a_gap_between_tabs_is_no_blank(tmp_path: Path) -> None:
    table = read(tmp_path, "1\t\t2\n\t3\t4\n")
    np.testing.assert_array_equal(table.numbers, [[1, np.nan, 2], [np.nan, 3, 4]])


def test_a_row_with_a_gap_and_a_word_is_no_gap(tmp_path: Path) -> None:
    table = read(tmp_path, "a,b\n1,2\n,x\n", series=True)
    assert table.broken[3] == ("column 'b'", "column 'b': 'x' is not a number")


def test_a_line_that_can_be_one_number_or_two_is_warned_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert read(tmp_path, "1,5\n2,5\n").numbers.tolist() == [[1, 5], [2, 5]]
    assert "data.delimiter=none" in caplog.text
    caplog.clear()
    assert read(tmp_path, "1,5\n2,5\n", delimiter=",").numbers.tolist() == [[1, 5], [2, 5]]
    assert read(tmp_path, "1,5\n2,5\n", delimiter="none").numbers.tolist() == [[1.5], [2.5]]
    assert caplog.text == ""


def test_a_heading_of_two_lines_is_no_row_of_its_own(tmp_path: Path) -> None:
    assert read(tmp_path, '"flow\n2"\n5\n').broken
    assert read(tmp_path, "a\u20282\n5\n").numbers.tolist() == [[5]]


def test_advice_to_leave_a_column_out_means_its_heading(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("0,2,1\n" + "0.5,0.25,word\n" * 4)
    table = read_table(tmp_path / "a.csv", Dialect(header="yes"))
    assert "--set 'data.leave_out=[\"1\"]'" in table.complaints(tmp_path / "a.csv")[0]
    kept = read_table(tmp_path / "a.csv", Dialect(header="yes", leave_out=("1",)))
    assert (kept.names, kept.broken) == (("0", "2"), {})


@pytest.mark.parametrize(
    ("cells", "warned"), [("1,067;12,341", True), ("1,067;12,34", False), ("0,067;1,341", False)]
)
def test_commas_that_may_stand_at_thousands_are_warned_of(
    tmp_path: Path, cells: str, warned: bool, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a.csv").write_text("a;b\n" + f"{cells}\n" * 4)
    assert read_table(tmp_path / "a.csv", Dialect()).numbers[0, 0] < 2
    assert ("stands at the thousands" in caplog.text) == warned


def test_columns_that_were_named_by_number_may_stand_there_again(tmp_path: Path) -> None:
    trained = Dialect(label=1, leave_out=(4,)).matching(("a", "b"))
    same = read_lines(tmp_path, "y,a,b,id", "cat,1,2,7", trained)
    assert (same.names, same.labels, same.numbers.tolist()) == (("a", "b"), ["cat"], [[1, 2]])
    without = read_lines(tmp_path, "b,a", "2,1", trained)
    assert (without.labels, without.numbers.tolist()) == (None, [[1, 2]])
    with pytest.raises(DataError, match="has besides y"):
        read_lines(tmp_path, "a,y,b", "1,3,2", trained)


def read_lines(tmp_path: Path, header: str, row: str, dialect: Dialect) -> Table:
    path = tmp_path / "a.csv"
    path.write_text(f"{header}\n{row}\n")
    return read_table(path, dialect)
