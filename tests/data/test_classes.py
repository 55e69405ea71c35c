"""Labels as classes."""

import numpy as np
import pytest

from aecli.core.errors import DataError
from aecli.data.classes import MOST, classes_of, one_hot


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (np.array([3, 1, 10, 3]), ["1", "3", "10"]),
        (np.array([3.0, 1.0]), ["1", "3"]),
        (np.array(["b", "a", "b"]), ["a", "b"]),
        (np.array([True, False]), ["0", "1"]),
        (np.array([0.5, 1.0]), None),
        (np.arange(MOST + 1), None),
        (None, None),
    ],
)
def test_the_classes_of_labels(labels: np.ndarray | None, classes: list[str] | None) -> None:
    assert classes_of(labels) == classes


@pytest.mark.parametrize("labels", [np.array([10, 1]), np.array([10.0, 1.0]), np.array(["10", "1"])])
def test_a_label_is_a_one_in_its_class(labels: np.ndarray) -> None:
    told = one_hot(labels, ["1", "3", "10"], "x.npz")
    assert told.dtype == np.float32
    np.testing.assert_array_equal(told, [[0, 0, 1], [1, 0, 0]])


def test_a_label_that_was_never_seen_is_named_with_what_was() -> None:
    with pytest.raises(DataError, match=r"x\.npz: the network was told of no label 'cat'; known here: a, b"):
        one_hot(np.array(["a", "cat"]), ["a", "b"], "x.npz")


def test_no_labels_are_no_rows() -> None:
    assert one_hot(np.array([], np.int64), ["a", "b"], "").shape == (0, 2)
