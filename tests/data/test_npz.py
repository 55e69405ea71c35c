from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from aecli.core.errors import DataError
from aecli.data.sources.npz import Npz
from aecli.data.splits import prepare
from tests.data.own import pictures
from tests.data.own import read as read_source


def save(path: Path, **arrays: Any) -> str:
    np.savez(path, **arrays)
    return str(path)


def test_training_and_test_arrays_are_taken_as_they_are(tmp_path: Path) -> None:
    images, labels = pictures(9, 8, 8), np.arange(9)
    arrays = {"x_train": images[:6], "y_train": labels[:6], "x_test": images[6:], "y_test": labels[6:]}
    raw = Npz(path=save(tmp_path / "a.npz", **arrays)).read()
    np.testing.assert_array_equal(raw.train.samples, images[:6])
    np.testing.assert_array_equal(raw.test.labels, labels[6:])
    assert raw.kind == "images"


def test_one_array_is_split_by_its_own_seed(tmp_path: Path) -> None:
    rows = np.arange(40.0).reshape(20, 2)
    path = save(tmp_path / "a.npz", x=rows, y=np.arange(20))

    def read(**options: Any) -> Any:
        return read_source(Npz(path=path, range=(0.0, 40.0), **options))

    raw = read()
    assert (len(raw.train.samples), len(raw.test.samples)) == (16, 4)
    assert sorted([*raw.train.labels, *raw.test.labels]) == list(range(20))
    np.testing.assert_array_equal(raw.train.samples, rows[raw.train.labels])
    np.testing.assert_array_equal(read().test.labels, raw.test.labels)
    assert sorted(read(test_seed=1).test.labels) != sorted(raw.test.labels)
    assert len(read(test_fraction=0.5).test.samples) == 10
    first, other = (prepare(raw, seed).record["test_fingerprint"] for seed in (0, 9))
    assert first == other
    assert raw.kind == "rows"


def test_labels_are_no_duty_and_may_be_texts(tmp_path: Path) -> None:
    raw = Npz(path=save(tmp_path / "a.npz", x=pictures(5, 8, 8, 3))).read()
    assert raw.train.labels is raw.test.labels is None
    data = prepare(raw, seed=0)
    assert data.train.labels is None
    assert data.sample_shape == (8, 8, 3)
    named = Npz(path=save(tmp_path / "b.npz", x=pictures(4, 8, 8), y=np.array(["cat", "dog"] * 2)))
    assert set(prepare(named.read(), seed=0).train.labels) == {"cat", "dog"}
    measured = Npz(path=save(tmp_path / "c.npz", x=pictures(4, 8, 8), y=np.array([0.5, 1.5] * 2)))
    assert set(measured.read().train.labels) == {0.5, 1.5}


def test_the_run_keeps_the_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path / "a.npz", x=pictures(4, 8, 8))
    monkeypatch.chdir(tmp_path)
    assert Npz(path="a.npz").read().source.model_dump()["path"] == str(tmp_path / "a.npz")


def test_a_scaling_is_fitted_on_what_is_trained_on_alone(tmp_path: Path) -> None:
    x = np.linspace(0, 10, 21).reshape(21, 1)
    path = save(tmp_path / "a.npz", x_train=x[:11], x_test=x[11:])
    data = prepare(Npz(path=path, scaling="minmax", validation_split=0.5).read(), seed=0)
    assert (data.train.samples.min(), data.train.samples.max()) == (0.0, 1.0)
    assert data.test.samples.max() > 1.5
    assert data.record["scaling"]["method"] == "minmax"
    assert data.validation is not None


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"z": np.zeros(3)}, "expected the arrays x_train and x_test, or x; it holds z"),
        ({"x_train": np.zeros((3, 2))}, "has no array x_test"),
        ({"x": np.float32(1)}, r"a.npz:x: expected an array of samples, received the shape \(\)"),
        ({"x": np.zeros(5)}, "expected images"),
        ({"x": np.zeros((5, 2, 3, 4, 5))}, "expected images"),
        ({"x": np.zeros((0, 8, 8))}, "can't be split"),
        ({"x": np.zeros((1, 8, 8))}, "can't be split"),
        ({"x": np.zeros((5, 3, 8, 8))}, r"transpose\(0, 2, 3, 1\)"),
        ({"x": np.zeros((5, 2)), "y": np.zeros(4, int)}, "one label"),
        ({"x": np.zeros((5, 2)), "y": np.full(5, np.nan)}, "one label"),
        ({"x": np.zeros((5, 2)), "y": np.zeros((5, 2), int)}, "one label"),
        ({"x_train": np.zeros((5, 2)), "x_test": np.zeros((5, 3))}, "training and test data differ"),
        (
            {"x_train": np.zeros((5, 2)), "x_test": np.zeros((5, 2), np.uint8)},
            "training and test data differ",
        ),
        (
            {"x_train": np.zeros((5, 2)), "x_test": np.zeros((5, 2)), "y_test": np.zeros(5, int)},
            "has only some of y_train, y_test",
        ),
        ({"x": np.array([{}, {}], object)}, "a.npz:x: holds Python objects"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, arrays: dict[str, Any], said: str) -> None:
    with pytest.raises(DataError, match=said):
        prepare(Npz(path=save(tmp_path / "a.npz", **arrays)).read(), seed=0)


def test_a_damaged_file_is_called_so(tmp_path: Path) -> None:
    (tmp_path / "a.npz").write_text("no archive")
    with pytest.raises(DataError, match="not a readable"):
        Npz(path=str(tmp_path / "a.npz")).read()
    assert list(Npz(path=str(tmp_path / "b.npz")).absent()) == [("path", f"there is no {tmp_path / 'b.npz'}")]


def test_labels_are_numbers_in_all_parts_or_texts_in_all(tmp_path: Path) -> None:
    images, labels = pictures(8, 8, 8), np.arange(4)
    arrays = {"x_train": images[:4], "y_train": labels, "x_test": images[4:], "y_test": labels.astype(str)}
    with pytest.raises(DataError, match=r"some are numbers, some texts; store both alike: y.astype\(str\)"):
        prepare(Npz(path=save(tmp_path / "a.npz", **arrays)).read(), seed=0)


def test_the_order_of_bytes_means_nothing(tmp_path: Path) -> None:
    images = pictures(8, 8, 8, dtype=np.uint16)
    arrays = {"x_train": images[:6].astype(">u2"), "x_test": images[6:].astype("<u2")}
    data = prepare(Npz(path=save(tmp_path / "a.npz", **arrays)).read(), seed=0)
    np.testing.assert_allclose(data.train.samples, images[:6] / 65535, rtol=1e-6)
    np.testing.assert_allclose(data.test.samples, images[6:] / 65535, rtol=1e-6)


def test_a_range_wider_than_numbers_go_is_refused() -> None:
    with pytest.raises(ValidationError, match="wider than numbers go"):
        Npz(path="a.npz", range=(-1e308, 1e308))


@pytest.mark.parametrize("idle", ["y", "labels", "lengths"])
def test_what_would_say_something_of_the_samples_is_not_left_aside(tmp_path: Path, idle: str) -> None:
    samples = np.zeros((10, 4), np.uint8)
    np.savez(tmp_path / "x.npz", x_train=samples, x_test=samples, **{idle: np.arange(10)})
    with pytest.raises(DataError, match=f"holds {idle}, which isn't used here"):
        Npz(path=str(tmp_path / "x.npz")).read()
