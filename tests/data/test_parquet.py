"""Parquet files: what a CSV file of the same numbers gives, bit for bit."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aecli.core.errors import DataError
from aecli.data.sources.csv_rows import Csv
from tests.data.own import read

NUMBERS = np.random.default_rng(2).normal(size=(30, 3))


def save(path: Path, **columns: Any) -> str:
    import pyarrow as arrow
    from pyarrow import parquet

    parquet.write_table(arrow.table(columns), path)
    return str(path)


def columns(**others: Any) -> dict[str, Any]:
    return {**{name: NUMBERS[:, i] for i, name in enumerate("abc")}, **others}


def test_it_is_read_as_a_csv_file_is(tmp_path: Path) -> None:
    kinds = [f"k{i % 3}" for i in range(30)]
    rows = [f"{a!r},{b!r},{c!r},{kind}" for (a, b, c), kind in zip(NUMBERS.tolist(), kinds, strict=True)]
    (tmp_path / "a.csv").write_text("\n".join(["a,b,c,kind", *rows]))
    path = save(tmp_path / "a.parquet", **columns(kind=kinds))
    text, packed = (read(Csv(path=each, label="kind")) for each in (str(tmp_path / "a.csv"), path))
    for one, other in ((text.train, packed.train), (text.test, packed.test)):
        np.testing.assert_array_equal(one.samples, other.samples)
        np.testing.assert_array_equal(one.labels, other.labels)
    assert packed.columns == ("a", "b", "c")


def test_whole_numbers_and_truths_are_numbers(tmp_path: Path) -> None:
    path = save(tmp_path / "a.parquet", a=np.arange(9), b=np.arange(9) > 4)
    raw = read(Csv(path=path))
    assert sorted(np.concatenate([raw.train.samples, raw.test.samples]).tolist()) == [
        [float(i), float(i > 4)] for i in range(9)
    ]


def test_a_missing_number_is_named_or_skipped(tmp_path: Path) -> None:
    path = save(tmp_path / "a.parquet", a=[1.0, None, 3.0, 4.0], b=[1, 2, 3, 4])
    with pytest.raises(DataError, match=r"a.parquet:2: column 'a' has no number"):
        Csv(path=path).read()
    said: list[str] = []
    raw = read(Csv(path=path, skip_broken=True), said)
    assert len(raw.train.samples) + len(raw.test.samples) == 3


def test_texts_are_refused_with_what_to_type(tmp_path: Path) -> None:
    path = save(tmp_path / "a.parquet", a=[1.0, 2.0], word=["x", "y"])
    with pytest.raises(
        DataError, match=r"'word' holds string, not numbers; leave it out: --set 'data.leave_out"
    ):
        Csv(path=path).read()


@pytest.mark.parametrize("content", [b"", b"PAR1", b"no table at all", b"PAR1" + bytes(40) + b"PAR1"])
def test_damage_is_said_in_plain_words(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(content)
    with pytest.raises(DataError, match=r"a\.parquet: not a readable Parquet file"):
        Csv(path=str(tmp_path / "a.parquet")).read()
