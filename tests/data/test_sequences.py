from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from aecli.core.errors import DataError
from aecli.data.sources.sequences import Sequences
from aecli.data.splits import prepare
from tests.data.own import read as read_source
from tests.data.own import save_tables, waves


def read(path: Path, said: list[str] | None = None, **options: Any) -> Any:
    return read_source(Sequences(path=str(path), **options), said)


def test_an_array_of_sequences_is_read(tmp_path: Path) -> None:
    array = np.random.default_rng(0).random((10, 7, 3))
    np.save(tmp_path / "a.npy", array)
    raw = read(tmp_path / "a.npy")
    assert raw.train.samples.shape == (8, 7, 3)
    assert raw.train.lengths is None
    assert (raw.kind, raw.train.labels) == ("sequences", None)
    np.save(tmp_path / "b.npy", array[..., 0])
    assert read(tmp_path / "b.npy").test.samples.shape == (2, 7, 1)


def test_uneven_files_are_padded_and_what_is_padded_weighs_nothing(tmp_path: Path) -> None:
    sequences = waves()
    save_tables(tmp_path, sequences)
    raw = read(tmp_path, range=(-2.0, 2.0))
    assert raw.train.samples.shape == (24, 20, 2)
    data = prepare(raw, seed=0)
    lengths = sorted(len(sequence) for sequence in sequences)
    weights = [*data.train.weights, *data.test.weights]
    assert sorted(int(weight.sum()) for weight in weights) == lengths
    for sample, weight in zip(data.train.samples, data.train.weights, strict=True):
        length = int(weight.sum())
        assert (weight[:length] == 1).all()
        assert (sample[length:] == 0).all()
        assert any(
            len(sequence) == length and np.allclose(sequence, data.scaling.invert(sample[:length]), atol=1e-6)
            for sequence in sequences
        )


def test_a_scaling_is_fitted_on_real_steps_of_each_feature(tmp_path: Path) -> None:
    sequences = [sequence + np.array([100, 0]) for sequence in waves()]
    save_tables(tmp_path, sequences)
    data = prepare(read(tmp_path, scaling="standard"), seed=0)
    real = data.train.samples[data.train.weights > 0].astype(np.float64)
    np.testing.assert_allclose(real.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(real.std(axis=0), 1, atol=1e-6)


def test_an_archive_may_say_how_long_its_sequences_are(tmp_path: Path) -> None:
    array = np.random.default_rng(0).random((6, 5, 2))
    lengths = np.array([5, 4, 3, 2, 1, 5])
    np.savez(tmp_path / "a.npz", x=array, lengths=lengths, y=np.arange(6))
    raw = read(tmp_path / "a.npz")
    np.testing.assert_array_equal(raw.train.lengths, lengths[raw.train.labels])
    np.savez(tmp_path / "b.npz", x_train=array[:4], x_test=array[4:], lengths_test=lengths[4:])
    raw = read(tmp_path / "b.npz")
    assert raw.test.lengths.tolist() == [1, 5]
    assert raw.train.lengths.tolist() == [5, 5, 5, 5]
    assert (raw.test.samples[0, 1:] == 0).all()


def test_sequences_are_cut_into_windows(tmp_path: Path) -> None:
    sequences = [
        np.arange(start, start + steps, dtype=float)[:, np.newaxis] for start, steps in ((0, 10), (20, 7))
    ]
    save_tables(tmp_path / "train", sequences)
    save_tables(tmp_path / "test", sequences[:1])
    raw = read(tmp_path, length="window", window=4, stride=3, range=(0.0, 30.0))
    starts = sorted(raw.train.samples[:][:, 0, 0].astype(int))
    assert starts == [0, 3, 6, 20, 23]
    for window in raw.train.samples[:]:
        np.testing.assert_array_equal(np.diff(window[:, 0]), 1)
    assert raw.train.lengths is None
    raw = read(tmp_path, length="window", window=4, range=(0.0, 30.0))
    assert sorted(raw.train.samples[:][:, 0, 0].astype(int)) == [0, 4, 6, 20, 23], (
        "the last one ends with the end"
    )


def test_windows_of_a_sequence_are_all_in_one_split(tmp_path: Path) -> None:
    sequences = [np.full((12, 1), i / 100) for i in range(10)]
    save_tables(tmp_path, sequences)
    raw = read(tmp_path, length="window", window=4, stride=1)
    assert not set(raw.train.samples[:][:, 0, 0]) & set(raw.test.samples[:][:, 0, 0])


def test_one_long_sequence_is_cut_in_time(tmp_path: Path) -> None:
    save_tables(tmp_path, [np.linspace(0, 1, 100)[:, np.newaxis]])
    raw = read(tmp_path / "000.csv", length="window", window=10)
    assert raw.train.samples[:].max() < raw.test.samples[:].min()
    assert (len(raw.train.samples), len(raw.test.samples)) == (8, 2)
    with pytest.raises(DataError, match=r"data\.length=window"):
        read(tmp_path / "000.csv")


def test_sub_folders_are_labels_and_patterns_are_lists(tmp_path: Path) -> None:
    for label in ("up", "down"):
        save_tables(tmp_path / label, waves(6))
    raw = read(tmp_path, range=(-2.0, 2.0))
    assert set(raw.train.labels) == {"up", "down"}
    raw = read(tmp_path / "*" / "00[0-3].csv", range=(-2.0, 2.0))
    assert len(raw.train.samples) + len(raw.test.samples) == 8
    assert next(Sequences(path=str(tmp_path / "*.csv")).absent())[0] == "path"


def test_what_can_not_be_read_is_named_or_skipped(tmp_path: Path) -> None:
    save_tables(tmp_path, waves(8))
    (tmp_path / "002.csv").write_text("f0,f1\n1,x\n")
    (tmp_path / "004.csv").write_text("f0\n1\n")
    (tmp_path / "006.csv").write_text("")
    with pytest.raises(DataError) as error:
        read(tmp_path)
    assert "3 of 8 sequences can't be read" in str(error.value)
    assert "002.csv:2: column 'f1'" in str(error.value)
    assert "004.csv: has other headings than the training: it lacks f1" in str(error.value)
    assert "006.csv: there are no rows in it" in str(error.value)
    said: list[str] = []
    raw = read(tmp_path, said, skip_broken=True)
    assert len(raw.skipped) == 3
    assert len(raw.train.samples) + len(raw.test.samples) == 5


def test_a_sequence_shorter_than_a_window_is_broken(tmp_path: Path) -> None:
    save_tables(tmp_path, [np.zeros((steps, 1)) for steps in (9, 9, 9, 3)])
    with pytest.raises(DataError, match="3 steps are fewer than a window of 5"):
        read(tmp_path, length="window", window=5)


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"x": np.zeros((4, 2, 3, 3))}, "expected sequences"),
        ({"x": np.zeros((4, 2)), "lengths": np.array([1, 2])}, "whole number for each"),
        ({"x": np.zeros((2, 2)), "lengths": np.array([1, 3])}, r"\[1, 2\]"),
        ({"x": np.zeros((2, 2)), "lengths": np.array([0, 1])}, r"\[1, 2\]"),
        ({"x_train": np.zeros((2, 2, 1)), "x_test": np.zeros((2, 2, 2))}, "number of features"),
        ({"y": np.zeros(3)}, "has no array x; it holds y"),
    ],
)
def test_what_is_wrong_with_an_archive_is_said(tmp_path: Path, arrays: dict[str, Any], said: str) -> None:
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(DataError, match=said):
        read(tmp_path / "a.npz")


@pytest.mark.parametrize("options", [{"length": "window"}, {"window": 3}, {"stride": 3}])
def test_windows_and_padding_do_not_mix(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="length: window"):
        Sequences(path="x", **options)


@pytest.mark.parametrize(
    ("samples", "lengths"),
    [(("x_train", "x_test"), "lengths"), (("x",), "lengths_train"), (("x_train", "x_test"), "lengths_val")],
)
def test_lengths_of_no_sequences_are_refused(tmp_path: Path, samples: tuple[str, ...], lengths: str) -> None:
    arrays: dict[str, Any] = dict.fromkeys(samples, np.full((6, 5, 1), 0.5))
    np.savez(tmp_path / "a.npz", **arrays, **{lengths: np.arange(6) % 5 + 1})
    with pytest.raises(DataError, match=f"holds {lengths}, but no x"):
        read(tmp_path / "a.npz")


@pytest.mark.parametrize("shape", ["(-20, 8)", "(True, 8)"])
def test_a_header_with_a_shape_that_can_not_be_is_refused(tmp_path: Path, shape: str) -> None:
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    start = b"\x93NUMPY\x01\0" + len(header).to_bytes(2, "little")
    (tmp_path / "a.npy").write_bytes(start + header + bytes(1000))
    with pytest.raises(DataError, match="expected an array of samples, received the shape"):
        read(tmp_path / "a.npy")
