"""Inputs in CSV files: rows by their lines, sequences by their files."""

from pathlib import Path

import numpy as np
import pytest

from aecli.core.errors import DataError, RequestError
from aecli.data.scaling import Scaling
from aecli.inference.inputs.batch import Batch, Inputs, Skipped
from aecli.inference.inputs.files import find_files
from aecli.inference.inputs.tables import RowInputs, SequenceInputs
from aecli.runs.opened import OpenedRun
from tests.inference.untrained import untrained
from tests.whole_runs import heard

pytestmark = pytest.mark.usefixtures("tensorflow")

SCALING = Scaling("range", "float64", (0.0,), (10.0,))


def rows_run(columns: list[str] | None = None) -> OpenedRun:
    return untrained((2,), "rows", SCALING, columns=columns, data="{name: csv, path: x.csv, range: [0, 10]}")


def waves_run(window: str = "") -> OpenedRun:
    data = f"{{name: sequences, path: x, range: [0, 10]{window}}}"
    return untrained((4, 2), "sequences", SCALING, columns=["a", "b"], data=data)


def read(inputs: Inputs, size: int = 2) -> tuple[list[Batch], int, list[str]]:
    """Batches, how many were skipped, and what was said of them."""
    skipped = Skipped()
    with heard() as said:
        batches = list(inputs.batches(size, skipped))
    return batches, skipped.count, said


def table(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n")
    return path


def rows(run: OpenedRun, *paths: Path) -> RowInputs:
    return RowInputs(run, find_files([str(path) for path in paths], (".csv",)))


def test_rows_are_called_by_their_lines_and_columns_are_matched_by_name(tmp_path: Path) -> None:
    path = table(tmp_path / "x.csv", "b,a", "1,2", "3,4", "", "5,6")
    inputs = rows(rows_run(["a", "b"]), path)
    batches, skipped, said = read(inputs)
    assert (inputs.count, skipped, said) == (3, 0, [])
    assert [batch.named.names.tolist() for batch in batches] == [[2, 3], [5]]
    np.testing.assert_allclose(
        np.concatenate([batch.samples for batch in batches]), [[0.2, 0.1], [0.4, 0.3], [0.6, 0.5]]
    )


def test_broken_rows_and_rows_out_of_range_are_named_by_their_lines(tmp_path: Path) -> None:
    path = table(tmp_path / "x.csv", "a,b", "1,2", "3,x", "5,60", "7,8", "y,2")
    batches, skipped, said = read(rows(rows_run(["a", "b"]), path), 9)
    assert [batch.named.names.tolist() for batch in batches] == [[2, 5]]
    assert skipped == 3
    assert sorted(message.split(": ")[1] for message in said) == [f"{path}:{line}" for line in (3, 4, 6)]


def test_rows_without_headings_are_taken_as_they_stand(tmp_path: Path) -> None:
    path = table(tmp_path / "x.csv", "1,2", "3,4")
    ((batch,), _, _) = read(rows(rows_run(), path))
    np.testing.assert_allclose(batch.samples, [[0.1, 0.2], [0.3, 0.4]])


def test_tables_that_a_run_cannot_take_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="lacks b"):
        rows(rows_run(["a", "b"]), table(tmp_path / "x.csv", "a,c", "1,2"))
    with pytest.raises(DataError, match=r"expected rows of shape \(2\)"):
        rows(rows_run(), table(tmp_path / "y.csv", "1,2,3", "4,5,6"))
    with pytest.raises(RequestError, match="2 CSV files of rows; give one at a time"):
        rows(rows_run(), tmp_path)


def waves_in(run: OpenedRun, folder: Path) -> SequenceInputs:
    return SequenceInputs(run, find_files([str(folder)], (".csv",)))


def test_each_file_is_a_sequence_and_those_that_cannot_be_are_named(tmp_path: Path) -> None:
    table(tmp_path / "gap.csv", "a,b", "1,2", ",4", "5,6")
    table(tmp_path / "long.csv", "a,b", *["1,2"] * 5)
    table(tmp_path / "other.csv", "a,c", "1,2", "3,4")
    table(tmp_path / "range.csv", "a,b", "1,2", "3,40")
    table(tmp_path / "short.csv", "b,a", "1,2", "3,4")
    table(tmp_path / "whole.csv", "a,b", "1,2", "3,4", "5,6", "7,8")
    inputs = waves_in(waves_run(), tmp_path)
    batches, skipped, said = read(inputs, 9)
    assert inputs.count == 6
    (batch,) = batches
    assert batch.named.names.tolist() == ["short.csv", "whole.csv"]
    np.testing.assert_allclose(
        batch.samples,
        [[[0.2, 0.1], [0.4, 0.3], [0, 0], [0, 0]], [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6], [0.7, 0.8]]],
    )
    assert batch.weights is not None
    assert batch.weights.tolist() == [[1, 1, 0, 0], [1, 1, 1, 1]]
    assert skipped == len(said) == 4
    for name in ("gap", "long", "other", "range"):
        assert sum(f"{name}.csv" in message for message in said) == 1, name


def test_windows_are_called_by_their_steps_and_the_last_one_ends_with_its_file(tmp_path: Path) -> None:
    table(tmp_path / "w.csv", "a,b", *[f"{i},0" for i in range(10)])
    table(tmp_path / "z.csv", "a,b", "1,2")
    batches, skipped, said = read(waves_in(waves_run(", length: window, window: 4, stride: 3"), tmp_path))
    names = [name for batch in batches for name in batch.named.names.tolist()]
    assert names == ["w.csv[0:4]", "w.csv[3:7]", "w.csv[6:10]"]
    first = np.concatenate([batch.samples for batch in batches])[:, 0, 0]
    np.testing.assert_allclose(first, [0.0, 0.3, 0.6])
    assert skipped == 1
    assert "z.csv: its 1 steps are fewer than a window of 4" in said[0]


def test_only_windows_with_a_gap_are_left_out(tmp_path: Path) -> None:
    table(tmp_path / "w.csv", "a,b", *["1,1"] * 5, ",1", *["1,1"] * 6)
    batches, skipped, said = read(waves_in(waves_run(", length: window, window: 4"), tmp_path))
    assert [name for batch in batches for name in batch.named.names] == ["w.csv[0:4]", "w.csv[8:12]"]
    assert skipped == 1
    assert "w.csv: numbers are missing in the steps 5" in said[0]
