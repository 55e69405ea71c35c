"""What enters a run: what is out of range is named, and the others go on."""

import numpy as np
import pytest

from aecli.core.errors import DataError
from aecli.data.scaling import PIXELS, Scaling
from aecli.inference.inputs.batch import Named
from aecli.inference.inputs.gate import admit, check_lengths, check_shape

UNIT = Scaling("none", "float32")
LINES = Scaling("standard", "float64", (10.0, 0.0), (2.0, 0.5))


def test_pixels_stay_as_they_are_stored_and_are_divided_inside_the_network() -> None:
    pixels = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    batch, wrong = admit(Named(np.arange(2)), pixels, (3, 4, 1), PIXELS, "x, number ")
    assert wrong == []
    assert (batch.numbers.dtype, batch.divisor) == (np.uint8, 255.0)
    np.testing.assert_array_equal(batch.samples, pixels[..., np.newaxis].astype(np.float32) / 255)


def test_other_numbers_are_scaled_as_in_the_training() -> None:
    stored = np.array([[10.0, 1.0], [14.0, -0.5]])
    batch, wrong = admit(Named(np.arange(2)), stored, (2,), LINES, "")
    assert wrong == []
    assert (batch.divisor, batch.samples.dtype) == (1.0, np.float32)
    assert batch.samples.tolist() == [[0.0, 2.0], [2.0, -1.0]]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -0.25, 1.5])
def test_what_is_out_of_range_is_named_and_left_out(bad: float) -> None:
    stored = np.full((5, 4), 0.5, np.float32)
    stored[:, 0] = [0, 0.1, 0.2, 0.3, 0.4]
    stored[1, 2] = stored[3, 3] = bad
    names = np.array(list("abcde"))
    batch, wrong = admit(Named(names), stored, (4,), UNIT, "in ")
    assert [message.split(":")[0] for message in wrong] == ["in b", "in d"]
    assert all(("not finite" if not np.isfinite(bad) else "lie in [0, 1]") in each for each in wrong)
    assert batch.named.names.tolist() == ["a", "c", "e"]
    np.testing.assert_array_equal(batch.samples, stored[[0, 2, 4]])


def test_where_none_is_sound_the_batch_is_empty() -> None:
    batch, wrong = admit(Named(np.arange(2)), np.full((2, 4), 7.0, np.float32), (4,), UNIT, "")
    assert (len(batch), len(batch.named), len(wrong)) == (0, 0, 2)
    assert batch.samples.shape == (0, 4)


def test_sequences_are_filled_up_and_their_padding_means_nothing() -> None:
    stored = np.full((3, 6, 1), 0.5, np.float32)
    stored[0, 2:] = np.nan  # behind its end
    stored[1, 1] = 9.0
    named = Named(np.array(["short", "wrong", "whole"]), lengths=np.array([2, 3, 4]))
    batch, wrong = admit(named, stored, (4, 1), UNIT, "")
    assert len(wrong) == 1
    assert wrong[0].startswith("wrong: ")
    assert batch.named.lengths is not None
    assert batch.named.lengths.tolist() == [2, 4]
    assert batch.samples[..., 0].tolist() == [[0.5, 0.5, 0, 0], [0.5, 0.5, 0.5, 0.5]]
    assert batch.weights is not None
    assert batch.weights.tolist() == [[1, 1, 0, 0], [1, 1, 1, 1]]


def test_padding_is_zero_also_where_zero_scales_to_something_else() -> None:
    named = Named(np.array(["a"]), lengths=np.array([1]))
    batch, _ = admit(named, np.array([[[12.0, 1.0]]]), (3, 2), LINES, "")
    assert batch.samples.tolist() == [[[1.0, 2.0], [0.0, 0.0], [0.0, 0.0]]]


def test_shapes_that_a_network_takes() -> None:
    check_shape((28, 28), (28, 28), "images", "x")
    check_shape((5, 2), (8, 2), "sequences", "x")
    for shape, kind, message in (
        ((28, 27), "images", r"x: expected images of shape \(28, 28\)"),
        ((27, 28), "images", r"received samples of shape \(27, 28\)"),
    ):
        with pytest.raises(DataError, match=message):
            check_shape(shape, (28, 28), kind, "x")  # type: ignore[arg-type]
    with pytest.raises(DataError, match="9 steps; this run takes 8 steps at most"):
        check_shape((9, 2), (8, 2), "sequences", "x")
    with pytest.raises(DataError, match="expected sequences of shape"):
        check_shape((5, 3), (8, 2), "sequences", "x")


@pytest.mark.parametrize("lengths", [[1, 2], [0, 1, 2], [1, 2, 9], [1.0, 2.0, 3.0], [[1], [2], [3]]])
def test_lengths_that_cannot_be_are_refused(lengths: list[object]) -> None:
    check_lengths(np.array([1, 8, 3]), 3, 8, "x")
    with pytest.raises(DataError, match="x: expected"):
        check_lengths(np.array(lengths), 3, 8, "x")


def test_numbers_come_in_the_machines_order_of_bytes() -> None:
    scaling = Scaling("dtype", "uint16", (0.0,), (65535.0,))
    stored = np.array([[1, 2], [3, 4]], ">u2")
    batch, wrong = admit(Named(np.arange(2)), stored, (2,), scaling, "")
    assert not wrong
    assert batch.numbers.dtype == np.dtype(np.uint16)
    assert batch.numbers.tolist() == stored.tolist()
