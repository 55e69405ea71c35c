"""What is kept of a network's way through its training."""

from pathlib import Path

import numpy as np
import pytest

from aecli.runs.evolution import Evolution, is_milestone


def made(*epochs: int) -> Evolution:
    rng = np.random.default_rng(0)
    return Evolution(
        rng.random((3, 4, 5), np.float32), {epoch: rng.random((3, 4, 5), np.float32) for epoch in epochs}
    )


def test_milestones_are_1_2_5_and_their_tens() -> None:
    found = [epoch for epoch in range(1, 1001) if is_milestone(epoch)]
    assert found == [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]


def test_what_is_written_is_read(tmp_path: Path) -> None:
    evolution = made(1, 2, 7)
    evolution.write(tmp_path / "evolution.npz")
    again = Evolution.read(tmp_path / "evolution.npz")
    assert again is not None
    np.testing.assert_array_equal(again.originals, evolution.originals)
    assert list(again.reconstructions) == [1, 2, 7]
    for epoch, samples in evolution.reconstructions.items():
        np.testing.assert_array_equal(again.reconstructions[epoch], samples)


def test_a_training_that_goes_on_keeps_milestones_until_its_epoch() -> None:
    assert list(made(1, 2, 5, 7, 10).until(7).reconstructions) == [1, 2, 5]


@pytest.mark.parametrize("damage", ["none", "half", "text", "shapes", "other"])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "evolution.npz"
    if damage == "half":
        made(1, 2).write(path)
        path.write_bytes(path.read_bytes()[:200])
    elif damage == "text":
        path.write_text("no arrays")
    elif damage == "shapes":
        Evolution(np.zeros((2, 3), np.float32), {1: np.zeros((3, 3), np.float32)}).write(path)
    elif damage == "other":
        np.savez(path, something=np.ones(3))
    assert Evolution.read(path) is None
