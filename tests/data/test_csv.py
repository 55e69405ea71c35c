from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aecli.core.errors import DataError
from aecli.data import rows, text_lines
from aecli.data.dialect import Dialect
from aecli.data.sources.csv_rows import Csv
from aecli.data.sources.source import RawData
from aecli.data.splits import prepare
from aecli.data.stored import OnDisk
from aecli.data.table import read_table
from aecli.data.text_lines import TextLines
from tests.data.own import read as read_source


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


TEXT = "id,width,height,kind\n" + "".join(f"{i},{i * 0.5},{100 - i},{'ab'[i % 2]}\n" for i in range(20))


def test_columns_and_labels_are_found_by_their_headings(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", TEXT)
    raw = Csv(path=str(path), label="kind", columns=("width", "height"), scaling="minmax").read()
    assert raw.train.samples.shape == (16, 2)
    assert raw.kind == "rows"
    assert set(raw.train.labels) == {"a", "b"}
    data = prepare(raw, seed=0)
    assert data.train.samples.min(axis=0).tolist() == [0.0, 0.0]
    assert data.train.samples.max(axis=0).tolist() == [1.0, 1.0]
    back = data.scaling.invert(data.train.samples)
    np.testing.assert_allclose(back, raw.train.samples, atol=1e-4)


def test_a_second_file_holds_the_test_rows(tmp_path: Path) -> None:
    train, test = write(tmp_path / "a.csv", "x,y\n0,1\n.5,0\n"), write(tmp_path / "b.csv", "x,y\n1,1\n")
    raw = Csv(path=str(train), test_path=str(test)).read()
    assert raw.train.samples.tolist() == [[0, 1], [0.5, 0]]
    assert raw.test.samples.tolist() == [[1, 1]]
    assert raw.train.labels is None
    with pytest.raises(DataError, match="other headings than the training: it lacks y and has besides z"):
        Csv(path=str(train), test_path=str(write(tmp_path / "c.csv", "x,z\n1,1\n"))).read()
    assert next(Csv(path=str(train), test_path="none.csv").absent())[0] == "test_path"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1,4\n3,2\n", [[1, 4], [3, 2]]),
        ("1;4\n3;2\n", [[1, 4], [3, 2]]),
        ("1\t4\n3\t2\n", [[1, 4], [3, 2]]),
        ("1 4\n3 2\n", [[1, 4], [3, 2]]),
        ("1, 4\n\n3, 2", [[1, 4], [3, 2]]),
        ("5\n6\n", [[5], [6]]),
        ("\ufeffa,b\n1e-3,-2\n", [[0.001, -2]]),
        ('"a, b",c\n"1",2\n', [[1, 2]]),
    ],
)
def test_tables_are_read_as_people_write_them(tmp_path: Path, text: str, numbers: Any) -> None:
    table = read_table(write(tmp_path / "a.csv", text), Dialect())
    assert table.numbers.tolist() == numbers
    assert table.broken == {}


BROKEN = "a,b\n1,2\n3\n4,x\n5,\n6,nan\n7,1_0\n8,9\n"


def test_what_is_no_number_is_named_by_line_and_column(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", BROKEN)
    with pytest.raises(DataError) as error:
        Csv(path=str(path)).read()
    message = str(error.value)
    assert "5 of 7 rows" in message
    assert f"{path}:3: 1 cells, where the first row has 2" in message
    assert f"{path}:4: column 'b': 'x' is not a number" in message
    assert "data.skip_broken=true" in message


def test_what_is_broken_is_skipped_where_that_is_asked_for_and_counted(tmp_path: Path) -> None:
    said: list[str] = []
    path = write(tmp_path / "a.csv", BROKEN)
    raw = read_source(Csv(path=str(path), skip_broken=True, range=(0.0, 10.0)), said)
    assert sorted(map(tuple, [*raw.train.samples, *raw.test.samples])) == [(1, 2), (8, 9)]
    assert len(raw.skipped) == 5
    assert "5 of 7 rows" in said[0]
    assert prepare(raw, seed=0).record["skipped"] == 5


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("", {}, "no rows"),
        ("a,b\n", {}, "there are no rows in it"),
        ("a,b\n1,2\n", {}, "can't be split"),
        ("a,b\n1,2\n3,4\n", {"label": "kind"}, "has no column 'kind'"),
        ("a,b\n1,2\n3,4\n", {"columns": ("A",)}, "has no column 'A'; known here: a, b"),
        ("1,4\n3,2\n", {"label": "a"}, "its first row was taken for data.*data.header=yes"),
        ("a\nx\ny\n", {"label": "a"}, "no column of numbers"),
        ("a,b\nx,y\n", {}, "1 of 1 rows"),
        ("a\0b", {}, "."),
    ],
)
def test_what_is_wrong_with_a_table_is_said(
    tmp_path: Path, text: str, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(DataError, match=said):
        Csv(path=str(write(tmp_path / "a.csv", text)), **options).read()


def test_what_is_no_text_is_called_so(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"a,b\n\xff\xfe,1\n")
    with pytest.raises(DataError, match=r"a.csv: not UTF-8 text \(byte 4\)"):
        Csv(path=str(tmp_path / "a.csv")).read()


@pytest.mark.parametrize("block", [1, 2, 3, 7, 2**20])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_lines_are_the_same_wherever_a_block_of_the_file_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int, encoding: str
) -> None:
    text = "\n \r\ngröße,b\r\n1,2\r\r\n3,\u2028温\n\n,,\n4,5\n;,\t\n \n"
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    monkeypatch.setattr(text_lines, "AT_ONCE", block)
    assert list(TextLines(path)) == [
        *((3, "größe,b"), (4, "1,2"), (5, ""), (6, "3,\u2028温"), (7, ""), (8, ",,"), (9, "4,5")),
    ]


def test_where_a_file_is_no_text_is_counted_from_its_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("1,é\n".encode() + b"2,\xff\n")
    for block in (1, 3, 4, 2**20):
        monkeypatch.setattr(text_lines, "AT_ONCE", block)
        with pytest.raises(DataError, match=r"not UTF-8 text \(byte 7\)"):
            list(TextLines(path))


def streams(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **options: Any) -> RawData:
    """What is read of a file whose rows memory can't hold."""
    monkeypatch.setenv("AECLI_CACHE_DIR", str(tmp_path / "cache"))
    said: list[str] = []
    monkeypatch.setattr(rows, "MANY", 1)
    monkeypatch.setattr(rows, "AT_ONCE", 1000)
    raw = read_source(Csv(path=path, memory_limit_mb=1, **options), said)
    assert any(f"{path}: its rows are too many for memory; they are streamed" in text for text in said)
    assert isinstance(raw.train.samples, OnDisk)
    assert list((tmp_path / "cache").iterdir()) == []
    return raw


def test_rows_that_memory_can_not_hold_are_the_same_from_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = np.random.default_rng(0).normal(size=(25_000, 3)).tolist()
    lines = [f"{a!r},{b!r},k{i % 3},{c!r}" for i, (a, b, c) in enumerate(numbers)]
    lines[10_000] = "1,oops,k0,2"
    path = write(tmp_path / "a.csv", "\n".join(["a,b,kind,c", *lines]))
    options = {"label": "kind", "skip_broken": True, "scaling": "standard"}
    held, streamed = (
        read_source(Csv(path=str(path), **options), []),
        streams(str(path), tmp_path, monkeypatch, **options),
    )
    assert streamed.skipped == held.skipped
    assert len(held.skipped) == 1
    one, other = (prepare(raw, seed=0) for raw in (held, streamed))
    for whole, pieces in ((one.train, other.train), (one.test, other.test)):
        np.testing.assert_array_equal(pieces.samples[:], whole.samples)
        np.testing.assert_array_equal(pieces.labels, whole.labels)
    assert other.record == one.record


def test_rows_of_parquet_are_the_same_from_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pyarrow as arrow
    from pyarrow import parquet

    path = str(tmp_path / "a.parquet")
    columns = dict(zip("abc", np.random.default_rng(0).random((3, 25_000)), strict=True))
    parquet.write_table(arrow.table(columns), path)
    monkeypatch.setattr("aecli.data.parquet.AT_ONCE", 1000)
    held, streamed = read_source(Csv(path=path)), streams(path, tmp_path, monkeypatch)
    np.testing.assert_array_equal(streamed.train.samples[:], held.train.samples)
    np.testing.assert_array_equal(streamed.test.samples[:], held.test.samples)


def test_a_table_that_nothing_can_hold_is_refused_before_it_is_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "a.csv", "a,b\n1,2\n3,4\n")
    monkeypatch.setattr("aecli.core.memory.available", lambda: 10)
    with pytest.raises(DataError, match=r"a\.csv: that takes .* of memory are left"):
        read_table(path, Dialect())
