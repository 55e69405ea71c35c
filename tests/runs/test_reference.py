"""`reference.npz`: what a run keeps of its data, and what is taken for one."""

import tracemalloc
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aecli.core.errors import RunError
from aecli.data.scaling import PIXELS
from aecli.data.sources.npz import Npz
from aecli.data.sources.source import RawData
from aecli.data.splits import DataSet, prepare
from aecli.data.stored import Stored
from aecli.runs import reference
from aecli.runs.record import Record
from aecli.runs.reference import Reference, sample_order
from tests.runs.test_record import record

SHAPE = (4, 3)
TEST = 130
HASH = "0123456789abcdef"
RNG = np.random.default_rng(0)
LOSSES = RNG.permutation(TEST).astype(np.float32)
CODES = RNG.standard_normal((TEST, 2, 3), np.float32)
TRAIN_LOSSES = np.arange(0, 101, dtype=np.float32)


@pytest.fixture(scope="module")
def data() -> DataSet:
    """Images of which the first pixel is their number, in three classes."""
    images = np.random.default_rng(1).integers(0, 256, (TEST, *SHAPE), np.uint8)
    images[:, 0, 0] = np.arange(TEST)
    part = Stored(images, np.arange(TEST) // 50)
    source = Npz(path="made-up.npz")
    return prepare(RawData(part, part, source, "made up"), seed=0)


def kept(data: DataSet) -> Reference:
    inputs = 1 - data.test.samples[:]
    return Reference.of(data, inputs, LOSSES, CODES, TRAIN_LOSSES, HASH, seed=0)


def record_of(data: DataSet, **changes: Any) -> Record:
    return record(**({"data": data.record, "latent_shape": [2, 3], "weights": HASH} | changes))


@pytest.fixture
def path(data: DataSet, tmp_path: Path) -> Path:
    kept(data).write(tmp_path / "reference.npz")
    return tmp_path / "reference.npz"


def rewritten(path: Path, **changes: Any) -> None:
    """Puts other arrays into a file; None takes one out."""
    with np.load(path) as file:
        arrays = {name: array for name, array in (dict(file) | changes).items() if array is not None}
    np.savez_compressed(path, **arrays)


def refusal(path: Path, record: Record) -> str:
    with pytest.raises(RunError) as refused:
        Reference.read(path, record)
    return str(refused.value)


def test_what_is_written_is_read_back(data: DataSet, path: Path) -> None:
    written, read = kept(data), Reference.read(path, record_of(data))
    for field in fields(Reference):
        one, other = getattr(written, field.name), getattr(read, field.name)
        if one is None:
            assert other is None
        else:
            assert other.dtype == one.dtype
            np.testing.assert_array_equal(other, one, err_msg=field.name)
    assert [file.name for file in path.parent.iterdir()] == ["reference.npz"]


def test_what_is_kept(data: DataSet) -> None:
    found = kept(data)
    assert found.samples.shape == (100, *SHAPE)
    assert found.sample_labels is not None
    assert found.sample_labels[:4].tolist() == [0, 1, 2, 0], "one of each label first"
    assert np.round(found.samples[:4, 0, 0] * 255).tolist() == [0, 50, 100, 1]
    np.testing.assert_array_equal(found.sample_inputs, 1 - found.samples)
    worst = sorted(range(TEST), key=lambda i: -LOSSES[i])[:10]
    np.testing.assert_array_equal(found.worst, data.test.samples[worst])
    np.testing.assert_array_equal(found.test_losses, LOSSES)
    np.testing.assert_array_equal(found.test_codes, CODES.reshape(TEST, 6))
    # 0, 1, … 100 have their quantiles at a tenth of these steps.
    np.testing.assert_allclose(found.train_losses, np.arange(1001) / 10, rtol=1e-6)
    assert len(found.train_hashes) == TEST


def test_the_first_of_each_label_comes_first_and_nothing_is_lost() -> None:
    labels = np.array(["b", "b", "a", "c", "a"])
    assert sample_order(labels, 5).tolist() == [2, 0, 3, 1, 4]
    assert sample_order(None, 3).tolist() == [0, 1, 2]


def test_of_large_samples_and_codes_as_many_are_kept_as_can_be_read_again(
    data: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one of our own runs wrote must never be too large for the next command."""
    monkeypatch.setattr(reference, "NUMBERS", 5 * 12)
    found = kept(data)
    assert (len(found.samples), len(found.worst), len(found.test_codes)) == (5, 5, 10)
    found.write(tmp_path / "reference.npz")
    assert len(Reference.read(tmp_path / "reference.npz", record_of(data)).samples) == 5


def test_the_most_that_is_kept_can_be_read() -> None:
    assert 4 * 5 * reference.NUMBERS + reference.LABELS_BYTES < reference.MAX_BYTES


def test_an_archive_that_unpacks_to_far_too_much_is_refused_before_it_is(data: DataSet, path: Path) -> None:
    rewritten(path, test_losses=np.zeros(25 * 2**20, np.float32))
    assert path.stat().st_size < 2**20
    tracemalloc.start()
    message = refusal(path, record_of(data))
    unpacked = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert f"{path}: the arrays would take more than" in message
    assert unpacked < 2**21


def test_a_record_that_claims_large_data_does_not_raise_the_limit(
    data: DataSet, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference, "MAX_BYTES", 1000)
    claims = dict(data.record) | {"test_samples": 2**40, "train_samples": 2**40}
    assert "would take more than" in refusal(path, record_of(data).model_copy(update={"data": claims}))


def test_what_belongs_to_another_network_is_refused(data: DataSet, path: Path) -> None:
    message = refusal(path, record_of(data, weights="fedcba9876543210"))
    assert message.startswith(f"{path}: belongs to another network than run.json names")


@pytest.mark.parametrize(
    "damage",
    [
        lambda a: {"samples": a["samples"][:, :2], "sample_inputs": a["sample_inputs"][:, :2]},
        lambda a: {"sample_inputs": a["sample_inputs"][:-1]},
        lambda a: {"worst": a["worst"][:, 1:]},
        lambda a: {"sample_labels": a["sample_labels"][:-1]},
        lambda a: {"test_labels": a["test_labels"][:-1]},
        lambda a: {"test_codes": a["test_codes"][:, :-1]},
        lambda a: {"test_losses": a["test_losses"][:, np.newaxis]},
        lambda a: {"train_losses": a["train_losses"][::-1]},
        lambda a: {"train_losses": a["train_losses"].astype(str)},
        lambda a: {"sample_inputs": a["sample_inputs"].astype(str)},
        lambda a: {"test_losses": a["test_losses"].astype(str)},
        lambda a: {"train_hashes": a["train_hashes"].astype(float)},
        lambda a: {
            "samples": a["samples"][:0],
            "sample_inputs": a["sample_inputs"][:0],
            "sample_labels": None,
        },
    ],
)
def test_arrays_that_no_run_on_these_data_keeps_are_refused(
    damage: Callable[[Any], dict[str, Any]], data: DataSet, path: Path
) -> None:
    with np.load(path) as file:
        changes = damage(dict(file))
    rewritten(path, **changes)
    message = refusal(path, record_of(data))
    assert "reference.npz: damaged: its arrays don't belong together" in message
    assert "Only a run that was trained to its end has a whole one" in message


def test_a_missing_array_and_a_missing_file_are_named(data: DataSet, path: Path) -> None:
    rewritten(path, worst=None)
    assert f"{path}: has no array worst" in refusal(path, record_of(data))
    path.unlink()
    assert f"{path}: no such file" in refusal(path, record_of(data))


def test_data_without_labels_keep_none(data: DataSet, tmp_path: Path) -> None:
    part = Stored(np.arange(24, dtype=np.uint8).reshape(2, *SHAPE))
    few = prepare(RawData(part, part, Npz(path="x.npz"), "made up"), seed=0, scaling=PIXELS)
    found = Reference.of(few, few.test.samples, LOSSES[:2], CODES[:2], TRAIN_LOSSES, HASH, seed=0)
    found.write(tmp_path / "reference.npz")
    read = Reference.read(tmp_path / "reference.npz", record_of(few))
    assert read.sample_labels is read.worst_labels is read.test_labels is None
    np.testing.assert_array_equal(read.samples, few.test.samples)
