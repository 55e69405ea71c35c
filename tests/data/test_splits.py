import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aecli.core import memory
from aecli.core.errors import DataError
from aecli.data.fingerprint import fingerprint, of_arrays
from aecli.data.sources.mnist import Mnist
from aecli.data.sources.mnist5k import Mnist5k
from aecli.data.sources.source import RawData
from aecli.data.splits import prepare
from aecli.data.stored import Stored


def raw(train: int = 40, test: int = 20, limit: int | None = None, validation_split: float = 0.0) -> RawData:
    """Images that differ from one another; an image's first two pixels give its number."""
    rng = np.random.default_rng(5)
    images = rng.integers(256, size=(train + test, 3, 4)).astype(np.uint8)
    numbers = np.arange(train + test)
    images[:, 0, 0], images[:, 0, 1] = numbers // 256, numbers % 256
    labels = (numbers % 10).astype(np.uint8)
    source = Mnist(limit=limit, validation_split=validation_split)
    stored = Stored(images, labels)
    return RawData(stored.take(slice(train)), stored.take(slice(train, None)), source, "made up")


def numbers_of(images: np.ndarray) -> list[int]:
    pixels = np.round(images[:] * 255).astype(int)
    return (pixels[:, 0, 0] * 256 + pixels[:, 0, 1]).tolist()


def test_without_options_all_samples_are_there_in_their_order() -> None:
    data = prepare(raw(), seed=0)
    assert numbers_of(data.train.samples) == list(range(40))
    assert numbers_of(data.test.samples) == list(range(40, 60))
    assert data.validation is None


def test_pixels_are_scaled_to_0_to_1_exactly() -> None:
    stored = raw()
    data = prepare(stored, seed=0)
    assert data.train.samples.dtype == np.float32
    np.testing.assert_array_equal(data.train.samples, stored.train.samples / np.float32(255))
    np.testing.assert_array_equal(data.test.samples, stored.test.samples / np.float32(255))
    every = np.arange(256, dtype=np.uint8).reshape(1, 16, 16)
    shades = Stored(every, np.zeros(1, int))
    one = RawData(shades, shades, Mnist(), "made up")
    scaled = prepare(one, seed=0).train.samples[:]
    assert (scaled.min(), scaled.max()) == (0.0, 1.0)
    np.testing.assert_array_equal(np.round(scaled * 255), every)


def test_the_limit_keeps_the_first_samples_of_each_split() -> None:
    data = prepare(raw(limit=15), seed=0)
    assert numbers_of(data.train.samples) == list(range(15))
    assert numbers_of(data.test.samples) == list(range(40, 55))
    assert data.train.labels.tolist() == [number % 10 for number in range(15)]
    assert len(prepare(raw(limit=1000), seed=0).train) == 40


def test_held_out_samples_are_taken_from_what_the_limit_leaves() -> None:
    data = prepare(raw(limit=20, validation_split=0.25), seed=0)
    assert data.validation is not None
    assert sorted(numbers_of(data.train.samples) + numbers_of(data.validation.samples)) == list(range(20))
    assert len(data.validation) == 5


@given(
    train=st.integers(2, 300),
    validation_split=st.floats(0.001, 0.9),
    seed=st.integers(0, 2**31 - 1),
)
def test_train_and_validation_share_no_sample_and_lose_none(
    train: int, validation_split: float, seed: int
) -> None:
    data = prepare(raw(train=train, test=1, validation_split=validation_split), seed)
    assert data.validation is not None
    kept, out = numbers_of(data.train.samples), numbers_of(data.validation.samples)
    assert sorted(kept + out) == list(range(train))
    assert len(kept) >= 1
    assert len(out) >= 1
    assert abs(len(out) - validation_split * train) <= 1
    assert data.train.labels.tolist() == [number % 10 for number in kept]
    assert data.validation.labels.tolist() == [number % 10 for number in out]


def test_one_sample_cannot_be_split() -> None:
    with pytest.raises(DataError, match="validation_split"):
        prepare(raw(limit=1, validation_split=0.5), seed=0)


def test_the_seed_decides_what_is_held_out() -> None:
    def held_out(seed: int) -> list[int]:
        validation = prepare(raw(validation_split=0.3), seed).validation
        assert validation is not None
        return numbers_of(validation.samples)

    drawn = [held_out(seed) for seed in range(5)]
    assert [held_out(seed) for seed in range(5)] == drawn
    assert len({tuple(numbers) for numbers in drawn}) == 5
    assert list(range(12)) not in drawn, "not just the first ones"


def test_what_is_monitored_is_the_validation_set_or_else_the_test_set() -> None:
    with_validation = prepare(raw(validation_split=0.5), seed=0)
    assert with_validation.monitored is with_validation.validation
    without = prepare(raw(), seed=0)
    assert without.monitored is without.test


def test_the_test_set_does_not_depend_on_seed_or_split() -> None:
    one, other = prepare(raw(), seed=0), prepare(raw(validation_split=0.5), seed=9)
    np.testing.assert_array_equal(one.test.samples, other.test.samples)
    np.testing.assert_array_equal(one.test.labels, other.test.labels)
    assert one.record["test_fingerprint"] == other.record["test_fingerprint"]


def test_the_record_says_what_the_data_is() -> None:
    stored = raw(limit=10, validation_split=0.2)
    data = prepare(stored, seed=0)
    assert data.sample_shape == (3, 4)
    assert data.record == {
        "name": "mnist",
        "origin": "made up",
        "kind": "images",
        "train_samples": 8,
        "validation_samples": 2,
        "test_samples": 10,
        "sample_shape": [3, 4],
        "scaling": {
            "method": "dtype",
            "dtype": "uint8",
            "offset": [0.0],
            "divisor": [255.0],
            "bounds": [0.0, 1.0],
        },
        "binarized": None,
        "classes": [str(label) for label in np.unique(stored.train.take(slice(10)).labels)],
        "framing": None,
        "columns": None,
        "skipped": 0,
        "repeated": 0,
        "test_in_training": 0,
        "train_fingerprint": fingerprint(stored.train.take(slice(10))),
        "test_fingerprint": fingerprint(stored.test.take(slice(10))),
    }


def test_the_record_counts_no_validation_samples_where_there_are_none() -> None:
    record = prepare(raw(), seed=0).record
    assert (record["train_samples"], record["validation_samples"]) == (40, 0)


def test_equal_arrays_have_equal_fingerprints_however_they_lie_in_memory() -> None:
    samples, labels = raw().train.samples, raw().train.labels
    expected = fingerprint(Stored(samples, labels))
    assert fingerprint(Stored(samples.copy(), labels.copy())) == expected
    assert fingerprint(Stored(np.asfortranarray(samples), labels)) == expected
    assert fingerprint(Stored(np.repeat(samples, 2, axis=0)[::2], labels)) == expected


def test_any_change_of_the_arrays_changes_the_fingerprint() -> None:
    images, labels = raw().train.samples, raw().train.labels
    pixel = images.copy()
    pixel[7, 1, 1] ^= 1
    label = labels.copy()
    label[3] += 1
    order = np.r_[1, 0, 2 : len(images)]
    changed = [
        (images, labels),
        (pixel, labels),
        (images, label),
        (images[order], labels[order]),
        (images[:-1], labels[:-1]),
        (images.reshape(-1, 4, 3), labels),
        (images, labels.astype(np.int8)),
        (labels, images),
    ]
    assert len({of_arrays(*arrays) for arrays in changed}) == len(changed)


def test_data_that_can_not_fit_is_refused_before_it_is_taken(
    aecli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    data = {"name": "sine_waves", "count": 1_000_000, "steps": 10_000}
    Path("c.yaml").write_text(json.dumps({"model": {"type": "lstm", "encoder_units": 4}, "data": data}))
    ended = aecli("data", "c.yaml")
    assert ended.code == 2
    assert "1,000,000 waves of 10,000 steps: that takes" in ended.err
    assert "of memory are left" in ended.err


def test_the_copies_of_a_training_count_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Images stay as they are stored, and are trained on as a tensor of their bytes."""
    raw = Mnist5k(limit=None).read()
    monkeypatch.setattr(memory, "available", lambda: 5000 * 28 * 28)
    prepare(raw, 0)
    monkeypatch.setattr(memory, "available", lambda: 5000 * 28 * 28 - 1)
    with pytest.raises(DataError, match=r"3,920,000 numbers: that takes .* --limit"):
        prepare(raw, 0)


def test_running_out_of_memory_is_a_message(aecli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object) -> None:
        raise MemoryError("Unable to allocate 9.9 TiB")

    monkeypatch.setattr(Mnist5k, "read", read)
    ended = aecli("data", "conv", "--set", "data.name=mnist5k")
    assert (ended.code, ended.err) == (
        1,
        "out of memory: Unable to allocate 9.9 TiB. Give it less at a time: --limit, or smaller files\n",
    )
