"""The record of a training, in memory and as CSV."""

import csv
import json
import math
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aecli.core.errors import RunError
from aecli.training.history import History
from tests.generated import some

NAMES = ("total", "test_total", "learning_rate")
rows = st.lists(st.fixed_dictionaries({name: st.floats(width=64) for name in NAMES}), max_size=8)


def bits(history: History) -> list[dict[str, bytes]]:
    return [{name: struct.pack("d", value) for name, value in row.items()} for row in history]


@some
@given(rows=rows)
def test_csv_keeps_every_bit(tmp_path: Path, rows: list[dict[str, float]]) -> None:
    rows = [{name: math.nan if math.isnan(value) else value for name, value in row.items()} for row in rows]
    path = tmp_path / "metrics.csv"
    History(rows).write_csv(path)
    assert bits(History.read_csv(path)) == bits(History(rows))


@some
@given(rows=rows, stops=st.sets(st.integers(0, 8)))
def test_a_history_that_grew_is_written_as_one_that_came_at_once(
    rows: list[dict[str, float]], stops: set[int]
) -> None:
    grown = History()
    for i, row in enumerate(rows):
        if i in stops:
            grown.to_csv(), grown.to_json()
        grown.append(row)
    assert grown.to_csv() == History(rows).to_csv()
    assert grown.to_json() == json.dumps(rows).encode()


def test_csv_is_a_table_that_counts_epochs_from_one(tmp_path: Path) -> None:
    path = tmp_path / "metrics.csv"
    History([{"total": 0.1, "test_total": 1e-7}, {"total": 1 / 3, "test_total": 2.0}]).write_csv(path)
    assert path.read_bytes() == b"epoch,total,test_total\n1,0.1,1e-07\n2,0.3333333333333333,2.0\n"
    with path.open(newline="") as file:
        assert [row["epoch"] for row in csv.DictReader(file)] == ["1", "2"]


def test_no_epochs_are_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "metrics.csv"
    History().write_csv(path)
    assert path.read_text() == "epoch\n"
    assert History.read_csv(path) == []


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"hello\n",
        b"a,b\n1,2\n",
        b"epoch,total\n1,x\n",
        b"epoch,total\n1\n",
        b"epoch,total\n1,2,3\n",
        b"epoch,total\n1,\n",
        b"\xff\xfe\x00epoch",
        b"epoch,to\x00tal\n1,\x00\n",
        b"PK\x03\x04\x00\x00",
    ],
)
def test_a_damaged_table_is_an_error_that_names_the_file(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "metrics.csv"
    path.write_bytes(raw)
    with pytest.raises(RunError, match=r"metrics\.csv: not a readable record of a training"):
        History.read_csv(path)


def test_a_missing_table_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"metrics\.csv: not a readable record of a training"):
        History.read_csv(tmp_path / "metrics.csv")


def test_columns_are_in_the_order_of_the_epochs() -> None:
    history = History([{"test_total": 3.0, "seconds": 1.0}, {"test_total": 1.0, "seconds": 2.0}])
    assert history.column("seconds") == [1.0, 2.0]
    assert history.monitored_losses == history.monitored("total") == [3.0, 1.0]


@pytest.mark.parametrize("prefix", ["test_", "val_"])
def test_what_was_monitored_shows_in_the_names(prefix: str) -> None:
    history = History([{"kl": 9.0, f"{prefix}kl": 0.5, "total": 8.0, f"{prefix}total": 3.0}])
    assert history.prefix == prefix
    assert history.monitored("kl") == [0.5]
    assert history.monitored_losses == [3.0]


def test_without_epochs_nothing_was_monitored() -> None:
    assert History().monitored_losses == []


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("epoch,total\n1,0.5\n", "no loss of test or validation samples"),
        ("epoch,test_total\n1,0.5\n2,x\n", "could not convert"),
        ("epoch,test_total\n1,0.5\n2,0.4,0.3\n", "not a readable record"),
        ("a,test_total\n1,0.5\n", "its first column is not 'epoch'"),
    ],
)
def test_a_table_that_no_training_wrote_is_refused(tmp_path: Path, text: str, trouble: str) -> None:
    (tmp_path / "metrics.csv").write_text(text)
    with pytest.raises(RunError, match=trouble):
        History.read_csv(tmp_path / "metrics.csv")


@pytest.mark.parametrize(
    "rows",
    [
        {},
        5,
        [1.0],
        [{"test_total": "low"}],
        [{"test_total": True}],
        [{"test_total": [1.0]}],
        [{"test_total": 1.0}, {"total": 1.0}],
        [{"test_total": 1.0}, {}],
    ],
)
def test_what_is_no_history_is_refused(rows: Any) -> None:
    with pytest.raises(ValueError, match=r"epoch|rows|loss"):
        History.checked(rows)


@pytest.mark.parametrize(
    ("losses", "best"),
    [
        ([3.0], 1),
        ([3.0, 1.0, 2.0], 2),
        ([3.0, 1.0, 1.0], 2),
        ([math.nan, 2.0, 3.0], 2),
        ([2.0, math.nan, 1.0], 3),
        ([math.inf, math.nan], 1),
    ],
)
def test_the_best_epoch_has_the_lowest_monitored_loss_and_is_the_first_of_equals(
    losses: list[float], best: int
) -> None:
    history = History({"total": -loss, "test_total": loss} for loss in losses)
    assert history.best_epoch == best
