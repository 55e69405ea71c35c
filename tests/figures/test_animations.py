"""Figures that move."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from aecli.figures.animations import ANIMATIONS, STEPS, STRIP
from tests.figures.test_figures import evolved, scene


def frames_of(path: Path) -> tuple[list[np.ndarray], list[int]]:
    """The frames of a GIF without their words, and how long each stays."""
    frames, stays = [], []
    with Image.open(path) as image:
        for number in range(image.n_frames):  # type: ignore[attr-defined]
            image.seek(number)
            frames.append(np.asarray(image.convert("L"))[:-STRIP])
            stays.append(image.info["duration"])
    return frames, stays


def test_an_interpolation_goes_there_and_back(tmp_path: Path) -> None:
    seen: list[np.ndarray] = []

    def decode(given: np.ndarray, told: np.ndarray | None) -> np.ndarray:
        seen.append(given)
        shades = np.linspace(0.0, 1.0, len(given), dtype=np.float32)
        return np.broadcast_to(shades[:, np.newaxis, np.newaxis], (len(given), 28, 28))

    made_up = scene(decode=decode)
    moving = ANIMATIONS["interpolation"](made_up)
    assert moving is not None
    np.testing.assert_allclose(seen[0][[0, -1]], made_up.samples.codes[:2], rtol=1e-6)
    moving.write(tmp_path / "there.gif")
    frames, stays = frames_of(tmp_path / "there.gif")
    assert len(frames) == 2 * len(STEPS) - 2
    assert frames[0].shape == (28 * 5, 28 * 5 * 5)
    shades = [int(frame.mean()) for frame in frames]
    np.testing.assert_allclose(shades[: len(STEPS)], 255 * STEPS, atol=1)
    assert shades[len(STEPS) :] == shades[len(STEPS) - 2 : 0 : -1]
    assert stays[0] == stays[len(STEPS) - 1] > stays[1]


def test_an_evolution_shows_an_epoch_a_frame(tmp_path: Path) -> None:
    kept = evolved(1, 2, 4)
    moving = ANIMATIONS["evolution"](scene(evolution=kept))
    assert moving is not None
    assert list(moving.words) == ["after epoch 1", "after epoch 2", "after epoch 4"]
    moving.write(tmp_path / "epochs.gif")
    frames, _ = frames_of(tmp_path / "epochs.gif")
    for frame, made in zip(frames, kept.reconstructions.values(), strict=True):
        small = frame[::8, ::8]
        expected = np.concatenate([np.concatenate(list(part), axis=1) for part in (kept.originals, made)])
        np.testing.assert_allclose(small, 255 * expected, atol=1)


@pytest.mark.parametrize("changed", [{"evolution": None}, {"evolution": evolved(1)}])
def test_nothing_moves_where_there_was_one_epoch_or_none_kept(changed: dict[str, Any]) -> None:
    assert ANIMATIONS["evolution"](scene(**changed)) is None
