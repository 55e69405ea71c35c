"""Images that memory can't hold: what is trained on them, and measured, is what it would be in memory."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aecli.data.corruption import CORRUPTIONS
from aecli.data.sources.images import Images
from aecli.data.sources.npz import Npz
from aecli.data.splits import prepare
from aecli.data.stored import OnDisk
from aecli.data.streamed import Streamed, fits
from aecli.runs.folder import RunFolder
from tests.data.own import pictures, save_pictures
from tests.data.own import read as read_source
from tests.whole_runs import opened, rows_without_times, train, weights

SHAPE = (33, 47)
COUNT = 120
LIMIT = "memory_limit_mb: 1"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Images that take more than a mebibyte in a training."""
    place = tmp_path_factory.mktemp("images")
    for i, label in enumerate(("left", "right")):
        save_pictures(place / label, pictures(COUNT, *SHAPE)[i::2])
    assert not fits(COUNT, SHAPE, "uint8", 1)
    return place


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AECLI_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


CONV = "model: {type: conv, filters: [3, 2]}\n"
CASES = {
    "new noise": (CONV + "corruption: {type: gaussian}\n", ""),
    "noise that stays": (CONV + "corruption: {type: masking, resample: false}\n", ", validation_split: 0.2"),
    "validation and a fitted scaling": (
        CONV.replace("}", ", output: linear}"),
        ", validation_split: 0.3, scaling: standard",
    ),
    "VAE": ("model: {type: dense, hidden: [8], latent: {type: gaussian}}\nobjective: {type: elbo}\n", ""),
}


@pytest.mark.usefixtures("tensorflow", "no_figures")
@pytest.mark.parametrize(("model", "data"), CASES.values(), ids=CASES)
def test_what_is_streamed_is_trained_as_in_memory_bit_for_bit(
    model: str, data: str, folder: Path, tmp_path: Path, cache: Path
) -> None:
    objective = "objective: {loss: mse}\n" if "linear" in model else ""
    runs = []
    for name, limit in (("memory", ""), ("streamed", f", {LIMIT}")):
        text = (
            f"{model}{objective}data: {{name: images, path: '{folder}'{data}{limit}}}\n"
            f"training: {{epochs: 2, batch_size: 16, execution: {{chunk_steps: 2}}}}\n"
        )
        runs.append(train(text, tmp_path / name))
    held, streamed = runs
    assert weights(held) == weights(streamed)
    assert rows_without_times(held) == rows_without_times(streamed)
    assert held.read_record().test == streamed.read_record().test
    assert held.read_record().data == streamed.read_record().data
    paths = [next(folder.networks.glob("*/reference.npz")) for folder in runs]
    with np.load(paths[0]) as one, np.load(paths[1]) as other:
        assert one.files == other.files
        for array in one.files:
            np.testing.assert_array_equal(one[array], other[array])
    assert not any(cache.iterdir()), "what was decoded is gone"
    if "gaussian" in model:
        evaluate_both(held, streamed)


def evaluate_both(held: RunFolder, streamed: RunFolder) -> None:
    from aecli.evaluation.evaluate import evaluate

    one, other = (evaluate(opened(run), 2, []).own for run in (held, streamed))
    assert one.absent == other.absent
    for name, metric in one.metrics.items():
        if not metric.timed:
            assert other.metrics[name] == metric, name


def read(folder: Path, said: list[str] | None = None, **options: Any) -> Any:
    return prepare(read_source(Images(path=str(folder), **options), said), seed=3)


def test_streamed_images_are_those_of_memory_in_any_order(folder: Path) -> None:
    held = read(folder, validation_split=0.25)
    streamed = read(folder, [], validation_split=0.25, memory_limit_mb=1)
    assert held.record == streamed.record
    for name in ("train", "validation", "test"):
        one, other = getattr(held, name), getattr(streamed, name)
        assert isinstance(other.samples, Streamed)
        assert other.samples.shape == one.samples.shape
        np.testing.assert_array_equal(other.labels, one.labels)
        order = np.random.default_rng(0).permutation(len(one))
        for rows in (slice(None), slice(3, 9), order, order[:5], np.array([2, 2])):
            np.testing.assert_array_equal(other.samples[rows], one.samples[rows])
            np.testing.assert_array_equal(other.take(np.arange(len(one))[rows]).samples, one.samples[rows])


def test_little_is_held_in_memory(folder: Path) -> None:
    data = read(folder, [], memory_limit_mb=1)
    assert isinstance(data.train.samples.stored, OnDisk)
    assert isinstance(data.train.samples.stored.file, np.memmap)


def test_that_it_is_streamed_is_said(folder: Path) -> None:
    said: list[str] = []
    read_source(Images(path=str(folder), memory_limit_mb=1), said)
    assert said == [
        f"{folder}: 120 images of 33×47 grey, 8 bits, resize are too many for memory; they are streamed"
    ]
    read_source(Images(path=str(folder)))


def test_broken_images_are_skipped_on_disk_too(folder: Path, tmp_path: Path) -> None:
    images = pictures(COUNT, *SHAPE)
    paths = save_pictures(tmp_path / "some", images)
    paths[7].write_text("no image")
    said: list[str] = []
    held, streamed = (
        read(tmp_path / "some", said, skip_broken=True, memory_limit_mb=limit) for limit in (None, 1)
    )
    assert sum(f"1 of {COUNT} images can't be read" in message for message in said) == 2
    assert len(streamed.train) + len(streamed.test) == COUNT - 1
    assert held.record == streamed.record


def test_without_room_for_what_is_decoded_it_says_so(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("AECLI_CACHE_DIR", str(tmp_path / "file" / "cache"))
    from aecli.core.errors import DataError

    with pytest.raises(DataError, match=r"no room for .* Set AECLI_CACHE_DIR"):
        read(folder, memory_limit_mb=1)


def test_the_summary_does_not_tell_them_apart(folder: Path, aecli: Any, tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(f"{CONV}data: {{name: images, path: '{folder}'}}\n")
    held = json.loads(aecli("data", tmp_path / "c.yaml", "--json").out)
    ended = aecli(
        "data",
        tmp_path / "c.yaml",
        "--json",
        "--set",
        f"data.{LIMIT.replace(': ', '=')}",
        "-o",
        tmp_path / "s.png",
    )
    streamed = json.loads(ended.out[: ended.out.rindex("}") + 1])
    assert streamed == held


@pytest.mark.usefixtures("tensorflow")
@pytest.mark.parametrize("corruption", [entry() for _, entry in CORRUPTIONS.items()], ids=lambda c: c.type)
@pytest.mark.parametrize("shape", [(8, 8), (3, 5), (7,)], ids=str)
def test_part_of_the_samples_gets_the_part_of_the_noise(corruption: Any, shape: tuple[int, ...]) -> None:
    images = np.random.default_rng(0).random((20, *shape), np.float32)
    whole = np.asarray(corruption.apply(images, [5, 6]))
    for first in (0, 1, 2, 3, 7, 19):
        for last in (first + 1, 20):
            part = np.asarray(corruption.apply(images[first:last], [5, 6], (first, 20)))
            np.testing.assert_array_equal(part, whole[first:last])


DENSE = "model: {type: dense, latent: {dim: 4}}\n"


@pytest.fixture(scope="module")
def arrays(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same images in an archive, packed and not, in HDF5, and cut into files."""
    import h5py

    place, images = tmp_path_factory.mktemp("arrays"), pictures(2 * COUNT, 28, 28)
    labels = np.arange(2 * COUNT) % 3
    np.savez(place / "plain.npz", x=images, y=labels)
    np.savez_compressed(place / "packed.npz", x=images, y=labels)
    np.save(place / "alone.npy", images)
    for part in range(3):
        rows = slice(80 * part, 80 * (part + 1))
        np.savez(place / f"part-{part}.npz", x=images[rows], y=labels[rows])
    with h5py.File(place / "one.h5", "w") as file:
        file.create_dataset("x", data=images, chunks=(16, 28, 28), compression="gzip")
        file.create_dataset("y", data=[f"class {label}" for label in labels])
    return place


@pytest.mark.parametrize("name", ["plain.npz", "packed.npz", "alone.npy", "part-*.npz", "one.h5"])
def test_arrays_beyond_memory_are_those_of_memory(name: str, arrays: Path) -> None:
    said: list[str] = []
    held = prepare(read_source(Npz(path=str(arrays / "plain.npz"))), seed=3)
    streamed = prepare(read_source(Npz(path=str(arrays / name), memory_limit_mb=1), said), seed=3)
    assert "samples are too many for memory; they are streamed" in "".join(said)
    assert isinstance(streamed.train.samples, Streamed)
    np.testing.assert_array_equal(streamed.train.samples[:], held.train.samples[:])
    np.testing.assert_array_equal(streamed.test.samples[[3, 1]], held.test.samples[[3, 1]])
    if name == "alone.npy":
        assert streamed.train.labels is None
    elif name == "one.h5":
        assert [f"class {label}" for label in held.train.labels] == list(streamed.train.labels)
    else:
        np.testing.assert_array_equal(streamed.train.labels, held.train.labels)
        assert streamed.record["train_fingerprint"] == held.record["train_fingerprint"]


@pytest.mark.usefixtures("tensorflow", "no_figures")
@pytest.mark.parametrize("compiled", ["false", "true"])
def test_a_training_on_streamed_arrays_is_the_one_in_memory(
    compiled: str, arrays: Path, tmp_path: Path
) -> None:
    held, streamed = (
        train(
            f"{DENSE}data: {{name: npz, path: '{arrays / 'plain.npz'}'{limit}}}\n"
            f"training: {{epochs: 2, batch_size: 16, execution: {{chunk_steps: 2, compile: {compiled}}}}}\n",
            tmp_path / name,
        )
        for name, limit in (("memory", ""), ("streamed", f", {LIMIT}"))
    )
    assert weights(held) == weights(streamed)
    assert held.read_record().test == streamed.read_record().test
