"""The picture of the inputs that are least like the training samples."""

from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from aecli.figures.cells import Look
from aecli.figures.oddest import oddest
from aecli.figures.style import save_figure


def drawn(
    count: int, losses: Any, trained: Any, shape: tuple[int, ...] = (6, 5), look: Look | None = None
) -> Figure:
    samples, outputs = np.random.default_rng(0).random((2, count, *shape), np.float32)
    below = [(f"a-folder-of-images/{number}.png", "0.5 (50 %)") for number in range(count)]
    given = np.asarray(losses, np.float32), np.asarray(trained, np.float32)
    return oddest("Odd", samples, outputs, below, look or Look(), *given, "nats/pixel")


def test_every_input_is_marked_before_the_losses_of_training_samples(tmp_path) -> None:
    losses = [0.1, 0.5, 0.9, 0.3]
    figure = drawn(2, losses, np.linspace(0.1, 0.2, 101))
    histogram = figure.axes[0]
    (marks,) = histogram.get_lines()
    np.testing.assert_allclose(marks.get_xdata(), losses, rtol=1e-6)
    (bars,) = histogram.patches
    heights, edges, _ = bars.get_data()
    assert heights.sum() == pytest.approx(100)
    assert edges[:-1][heights > 0].max() < 0.2 < edges.max() == pytest.approx(0.9)
    assert "nats/pixel" in histogram.get_xlabel()
    save_figure(figure, tmp_path / "odd.png")


def test_images_stand_over_their_errors_on_one_scale() -> None:
    figure = drawn(14, [0.5], [0.1, 0.2])
    first, second = (axes for axes in figure.axes if axes.get_images())
    samples, outputs = np.random.default_rng(0).random((2, 14, 6, 5), np.float32)
    limits = set()
    for axes, count in ((first, 10), (second, 4)):
        _, errors = axes.get_images()
        limits.add(errors.get_clim())
        shown = np.asarray(errors.get_array())
        assert np.isfinite(shown).any(axis=0).sum() == 5 * count
    np.testing.assert_allclose(shown[:, :5], (outputs - samples)[10], rtol=1e-6)
    assert limits == {(-abs(outputs - samples).max(), abs(outputs - samples).max())}
    assert [text.get_text() for text in first.get_yticklabels()] == ["input", "reconstruction", "error"]
    assert first.get_xticklabels()[3].get_text().startswith("…")
    assert "3.png" in first.get_xticklabels()[3].get_text()


@pytest.mark.parametrize(
    ("losses", "scale"),
    [([90.0, 0.1], "log"), ([90.0, -1.0], "linear"), ([0.1], "linear"), ([np.inf], "linear")],
)
def test_losses_of_any_size_can_be_drawn(losses, scale, tmp_path) -> None:
    figure = drawn(1, losses, [0.1, 0.1], (9, 2), Look("sequences"))
    assert figure.axes[0].get_xscale() == scale
    save_figure(figure, tmp_path / "odd.png")
