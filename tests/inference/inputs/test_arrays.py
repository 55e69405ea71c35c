"""Inputs in arrays: which array, of what shape, and what each row is called."""

from pathlib import Path

import numpy as np
import pytest

from aecli.core.errors import DataError
from aecli.data.scaling import Scaling
from aecli.inference.inputs.arrays import ArrayInputs, open_arrays
from aecli.inference.inputs.batch import Batch, Skipped
from aecli.runs.opened import OpenedRun
from tests.inference.untrained import untrained
from tests.whole_runs import heard

pytestmark = pytest.mark.usefixtures("tensorflow")

IMAGES = np.random.default_rng(0).integers(0, 256, (7, 4, 3), np.uint8)
FLOATS = Scaling("none", "float32")
WAVES = np.random.default_rng(0).random((5, 6, 2), np.float32)


@pytest.fixture(scope="module")
def images(tensorflow: object) -> OpenedRun:
    return untrained((4, 3))


@pytest.fixture(scope="module")
def waves(tensorflow: object) -> OpenedRun:
    return untrained((6, 2), "sequences", FLOATS)


@pytest.fixture(scope="module")
def curves(tensorflow: object) -> OpenedRun:
    """A run on sequences of one feature."""
    return untrained((6, 1), "sequences", FLOATS)


def read(inputs: ArrayInputs, size: int = 3) -> list[Batch]:
    skipped = Skipped()
    batches = list(inputs.batches(size, skipped))
    assert skipped.count == 0
    return batches


def stored(folder: Path, **arrays: np.ndarray) -> Path:
    np.savez(folder / "some.npz", **arrays)
    return folder / "some.npz"


def samples(run: OpenedRun, path: Path, member: str | None = None) -> np.ndarray:
    return np.concatenate([batch.samples for batch in read(open_arrays(run, path, member))])


def test_rows_come_in_their_order_and_are_called_by_their_numbers(images: OpenedRun, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", IMAGES)
    inputs = open_arrays(images, tmp_path / "x.npy", None)
    batches = read(inputs)
    assert inputs.count == 7
    assert [batch.named.names.tolist() for batch in batches] == [[0, 1, 2], [3, 4, 5], [6]]
    np.testing.assert_array_equal(
        np.concatenate([batch.samples for batch in batches]), IMAGES.astype(np.float32) / 255
    )


def test_the_array_of_an_archive_is_x_or_the_only_one_or_the_one_that_is_named(
    images: OpenedRun, tmp_path: Path
) -> None:
    labels, names = np.arange(7), np.array(list("abcdefg"))
    path = stored(tmp_path, x=IMAGES, x_test=IMAGES[:2], y=labels, names=names)
    assert len(samples(images, path)) == 7
    assert len(samples(images, path, "x_test")) == 2
    path = stored(tmp_path, x_test=IMAGES[:2], y_test=labels[:2])
    assert len(samples(images, path)) == 2
    path = stored(tmp_path, x_test=IMAGES, x_train=IMAGES)
    with pytest.raises(DataError, match=r"holds x_test, x_train; say which array: .*some.npz:x_test"):
        open_arrays(images, path, None)
    with pytest.raises(DataError, match="has no array z; it holds x_test, x_train"):
        open_arrays(images, path, "z")


def test_what_is_out_of_range_is_named_by_its_number_and_skipped(tmp_path: Path) -> None:
    run, x = untrained((4,), "rows", FLOATS), np.full((7, 4), 0.5, np.float32)
    x[4, 1] = 2.0
    np.save(tmp_path / "x.npy", x)
    skipped = Skipped()
    with heard() as said:
        batches = list(open_arrays(run, tmp_path / "x.npy", None).batches(3, skipped))
    assert skipped.count == 1
    assert len(said) == 1
    assert said[0].startswith(f"skipped: {tmp_path}/x.npy, number 4: numbers in [0.5, 2]")
    assert [name for batch in batches for name in batch.named.names] == [0, 1, 2, 3, 5, 6]


def test_sequences_may_be_shorter_or_padded_and_have_their_lengths_beside_them(
    waves: OpenedRun, tmp_path: Path
) -> None:
    np.save(tmp_path / "x.npy", WAVES[:, :4])
    (batch,) = read(open_arrays(waves, tmp_path / "x.npy", None), 9)
    np.testing.assert_array_equal(batch.samples[:, :4], WAVES[:, :4])
    assert not batch.samples[:, 4:].any()
    longer = np.concatenate([WAVES, np.full((5, 3, 2), 7, np.float32)], axis=1)
    path = stored(tmp_path, x_test=longer, lengths_test=np.array([6, 1, 2, 3, 6]))
    (batch,) = read(open_arrays(waves, path, None), 9)
    assert batch.weights is not None
    assert batch.weights.sum(axis=1).tolist() == [6, 1, 2, 3, 6]
    np.testing.assert_array_equal(batch.samples, WAVES * batch.weights[..., np.newaxis])


def test_one_sample_needs_no_axis_of_samples(waves: OpenedRun, images: OpenedRun, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", IMAGES[2])
    np.testing.assert_array_equal(
        samples(images, tmp_path / "x.npy"), IMAGES[2:3].astype(np.float32) / np.float32(255)
    )
    path = stored(tmp_path, x=WAVES[1], lengths=np.array([4]))
    (batch,) = read(open_arrays(waves, path, None))
    np.testing.assert_array_equal(batch.samples[0, :4], WAVES[1, :4])
    assert not batch.samples[0, 4:].any()


def test_sequences_of_one_feature_need_no_axis_of_features(curves: OpenedRun, tmp_path: Path) -> None:
    for array in (WAVES[..., 0], WAVES[..., :1]):
        np.save(tmp_path / "x.npy", array)
        np.testing.assert_array_equal(samples(curves, tmp_path / "x.npy"), WAVES[..., :1])
    for one in (WAVES[3, :, 0], WAVES[3, :, :1]):
        np.save(tmp_path / "x.npy", one)
        np.testing.assert_array_equal(samples(curves, tmp_path / "x.npy"), WAVES[3:4, :, :1])


@pytest.mark.parametrize("shape", [(1,), (5,), (9,), (5, 3), (5, 7, 2), (5, 6, 3), (5, 6, 2, 1)], ids=str)
def test_arrays_of_other_shapes_are_refused(shape: tuple[int, ...], waves: OpenedRun, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros(shape, np.float32))
    with pytest.raises(DataError, match=r"x\.npy: (expected )?sequences of"):
        open_arrays(waves, tmp_path / "x.npy", None)


@pytest.mark.parametrize("steps", [1, 5, 9])
def test_numbers_in_a_row_are_no_sequence_of_another_length(
    steps: int, curves: OpenedRun, tmp_path: Path
) -> None:
    np.save(tmp_path / "x.npy", np.zeros(steps, np.float32))
    with pytest.raises(DataError, match=r"x\.npy: expected sequences of shape \(6, 1\)"):
        open_arrays(curves, tmp_path / "x.npy", None)
