"""What is held out shares nothing with what is trained on."""

import numpy as np
import pytest

from aecli.core.errors import DataError
from aecli.data.partition import for_validation, labelled, without_labels
from aecli.data.stored import Stored


def windows(series: int, steps: int, window: int) -> Stored:
    """All windows of some series, each step of which is a number of its own."""
    pieces = [(owner, at, at + window) for owner in range(series) for at in range(steps - window + 1)]
    numbers = [[owner * steps + i for i in range(start, stop)] for owner, start, stop in pieces]
    return Stored(np.array(numbers)[..., np.newaxis], pieces=np.array(pieces))


@pytest.mark.parametrize("series", [1, 3, 12])
def test_no_step_is_in_both(series: int) -> None:
    train = windows(series, 100, 20)
    kept, out = for_validation(train, 0.25, seed=3)
    assert len(kept)
    assert len(out)
    steps = [set(train.take(rows).samples.ravel().tolist()) for rows in (kept, out)]
    assert not steps[0] & steps[1]


def test_whole_series_are_held_out_where_there_are_many() -> None:
    train = windows(20, 10, 4)
    kept, out = for_validation(train, 0.2, seed=0)
    assert train.pieces is not None
    owners = [set(train.pieces[rows, 0].tolist()) for rows in (kept, out)]
    assert len(owners[1]) == 4
    assert not owners[0] & owners[1]


def test_a_stretch_that_holds_no_window_is_refused() -> None:
    with pytest.raises(DataError, match="shorter than a window"):
        for_validation(windows(1, 30, 20), 0.2, seed=0)


def test_tiles_of_few_images_are_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    pieces = np.array([(owner, tile, tile) for owner in range(3) for tile in range(10)])
    kept, out = for_validation(Stored(np.zeros((30, 2)), pieces=pieces), 0.2, seed=0)
    assert (len(kept), len(out)) == (24, 6)
    assert "whose other tiles are trained on" in caplog.text


def test_labels_that_only_the_test_set_has_can_be_left_out() -> None:
    train, test = (
        Stored(np.zeros((3, 2)), np.array(["good"] * 3)),
        Stored(np.zeros((2, 2)), np.array(["good", "bad"])),
    )
    assert without_labels(train, test, ["bad"], "here") is train
    with pytest.raises(DataError, match="no sample has the label 'worse'; there are good, bad"):
        without_labels(train, test, ["worse"], "here")


def test_one_label_has_several_spellings_and_others_none() -> None:
    assert labelled(np.array([1.0, 2.0]), [1]).tolist() == [True, False]
    assert labelled(np.array([1, 2]), [1.0]).tolist() == [True, False]
    assert labelled(np.array(["01", "1"]), ["1"]).tolist() == [False, True]
    assert labelled(np.array(["1_0", "10"]), [10]).tolist() == [False, True]
