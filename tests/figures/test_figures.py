import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.image import imread
from matplotlib.lines import Line2D
from scipy import stats
from sklearn.decomposition import PCA

from aecli.data.splits import Split
from aecli.figures import (
    codebook,
    codes,
    filters,
    firing,
    interpolation,
    kl,
    loss,
    manifold,
    plane,
    prior_samples,
    projection,
    style,
    traversals,
    tsne,
)
from aecli.figures.cells import Look, as_thumbnails, show_cells, side_by_side
from aecli.figures.contact_sheet import contact_sheet
from aecli.figures.denoising_curve import denoising_curve
from aecli.figures.gallery import gallery
from aecli.figures.scene import Scene, Shown
from aecli.runs.evolution import Evolution

OFTEN = {
    "codes",
    "interpolation",
    "loss",
    "manifold",
    "prior_samples",
    "projection",
    "reconstructions",
    "tsne",
    "worst",
}
ALL = OFTEN | {"codebook", "evolution", "filters", "firing", "kl", "traversals"}


def shown_of(count: int, sample_shape: tuple[int, ...], latent_shape: tuple[int, ...]) -> Shown:
    rng = np.random.default_rng(0)
    originals, inputs, reconstructions = rng.random((3, count, *sample_shape), np.float32)
    labels = np.arange(count) % 10
    return Shown(
        originals,
        inputs,
        reconstructions,
        rng.random((count, *latent_shape), np.float32),
        labels,
        rng.random(count),
    )


def scene(
    sample_shape: tuple[int, ...] = (28, 28),
    latent_shape: tuple[int, ...] = (2,),
    prior: bool = True,
    **changed: Any,
) -> Scene:
    """A made-up run with everything that a figure can ask for."""
    rng = np.random.default_rng(1)
    made_up = Scene(
        title="20260101-120000-made-up",
        unit="nats/image",
        monitored="test",
        prefix="test_",
        columns={
            name: rng.random(4).tolist()
            for part in ("reconstruction", "kl", "total")
            for name in (part, f"test_{part}")
        },
        samples=shown_of(10, sample_shape, latent_shape),
        worst=shown_of(4, sample_shape, latent_shape),
        corrupted=True,
        test_codes=rng.normal(size=(40, int(np.prod(latent_shape)))).astype(np.float32),
        test_labels=np.arange(40) % 10,
        classes=None,
        decode=lambda given, told: np.full((len(given), *sample_shape), 0.4, np.float32),
        prior_dim=int(np.prod(latent_shape)) if prior else None,
        tsne=False,
        random=np.random.default_rng(2),
    )
    return replace(made_up, **changed)


def png(figure: Any) -> np.ndarray:
    """What is written for a figure, read back: (height, width, 4)."""
    file = io.BytesIO()
    figure.savefig(file, format="png")
    file.seek(0)
    return imread(file, format="png")


def texts(figure: Any) -> str:
    """All that is written in a figure."""
    found = figure.findobj(lambda artist: hasattr(artist, "get_text"))
    return "\n".join(artist.get_text() for artist in found)


def images_in(figure: Any) -> list[np.ndarray]:
    return [np.asarray(image.get_array()) for axes in figure.axes for image in axes.get_images()]


def cells(image: np.ndarray, shape: tuple[int, ...], columns: int) -> np.ndarray:
    """Cuts a mosaic into its images: (rows, columns, *shape)."""
    height, width = shape[:2]
    gap = (image.shape[1] - columns * width) // (columns - 1)
    rows = (image.shape[0] + gap) // (height + gap)
    assert image.shape[:2] == (rows * (height + gap) - gap, columns * (width + gap) - gap)
    starts = [[(i * (height + gap), j * (width + gap)) for j in range(columns)] for i in range(rows)]
    return np.array([[image[top : top + height, left : left + width] for top, left in row] for row in starts])


def told_labels(made_up: Scene) -> Scene:
    """A scene of a network with a condition."""
    samples = replace(made_up.samples, told=np.eye(10, dtype=np.float32)[made_up.samples.labels])
    return replace(made_up, samples=samples, classes=[str(label) for label in range(10)])


def padded(made_up: Scene) -> Scene:
    """A scene whose sequences end before their last steps."""
    ended = made_up.samples.originals.copy()
    ended[:, 12:] = np.nan
    samples = replace(made_up.samples, originals=ended, inputs=ended, reconstructions=ended)
    return replace(made_up, samples=samples)


def labelled(made_up: Scene, name: str | None) -> Scene:
    """A scene with other labels, or none."""

    def renamed(labels: Any) -> Any:
        return None if name is None else np.array([f"{name} {label}" for label in labels])

    samples, worst = (replace(part, labels=renamed(part.labels)) for part in (made_up.samples, made_up.worst))
    return replace(made_up, samples=samples, worst=worst, test_labels=renamed(made_up.test_labels))


def quantised(latent_shape: tuple[int, ...]) -> Scene:
    """A scene whose codes are made of three entries of a codebook of seven; the last one is used most."""
    entries = np.random.default_rng(3).normal(size=(3, latent_shape[-1])).astype(np.float32)
    made_up = scene(latent_shape=latent_shape, prior=False, codebook_entries=7)
    positions = int(np.prod(latent_shape[:-1]))
    chosen = np.resize([0, 1, 1, 2, 2, 2], (40, positions))
    samples = replace(made_up.samples, codes=entries[chosen[:10]].reshape(10, *latent_shape))
    return replace(made_up, samples=samples, test_codes=entries[chosen].reshape(40, -1))


def evolved(*epochs: int) -> Evolution:
    rng = np.random.default_rng(4)
    originals, *made = rng.random((1 + len(epochs), 3, 28, 28), np.float32)
    return Evolution(originals, dict(zip(epochs, made, strict=True)))


SCENES: dict[str, tuple[Callable[[], Scene], set[str]]] = {
    "grey images, 2-D prior": (lambda: scene(tsne=True), OFTEN),
    "RGB images, 2-D prior": (lambda: scene((8, 9, 3)), OFTEN - {"tsne"}),
    "one channel, 3-D prior": (lambda: scene((9, 8, 1), (3,)), OFTEN - {"tsne", "manifold"}),
    "convolutional code": (
        lambda: scene((28, 28), (4, 4, 8), prior=False),
        OFTEN - {"tsne", "manifold", "prior_samples"},
    ),
    "RGB, convolutional code": (
        lambda: scene((8, 8, 3), (4, 4, 8), prior=False),
        OFTEN - {"tsne", "manifold", "prior_samples"},
    ),
    "four channels": (lambda: scene((8, 9, 4)), OFTEN - {"tsne"}),
    "large images": (lambda: scene((300, 400, 3)), OFTEN - {"tsne"}),
    "images without bounds": (
        lambda: scene((8, 9, 3), look=Look("images", (-30.0, 40.0))),
        OFTEN - {"tsne"},
    ),
    "sequences": (lambda: scene((20, 3), look=Look("sequences")), OFTEN - {"tsne"}),
    "padded sequences": (lambda: padded(scene((20, 3), look=Look("sequences"))), OFTEN - {"tsne"}),
    "rows without bounds": (lambda: scene((6,), look=Look("rows", (-2.0, 5.0))), OFTEN - {"tsne"}),
    "rows of one number": (lambda: scene((1,), look=Look("rows")), OFTEN - {"tsne"}),
    "labels that are texts": (lambda: labelled(scene(), "a $label$ that is long"), OFTEN - {"tsne"}),
    "no labels": (lambda: labelled(scene(), None), OFTEN - {"tsne"}),
    "tokens of a codebook": (
        lambda: scene((28, 28), (6, 5), prior=False),
        OFTEN - {"tsne", "manifold", "prior_samples"},
    ),
    "a network that is told labels": (
        lambda: told_labels(scene()),
        OFTEN - {"tsne", "manifold"},
    ),
    "a Gaussian latent": (
        lambda: scene(kl=np.array([[0.1, 3.0]], np.float32)),
        OFTEN - {"tsne"} | {"kl", "traversals"},
    ),
    "sequences of a Gaussian latent": (
        lambda: scene((20, 3), (70,), look=Look("sequences"), kl=np.ones((5, 70), np.float32)),
        OFTEN - {"tsne", "manifold"} | {"kl", "traversals"},
    ),
    "a codebook of maps": (
        lambda: quantised((4, 4, 5)),
        OFTEN - {"tsne", "manifold", "prior_samples"} | {"codebook"},
    ),
    "a codebook of tokens": (
        lambda: quantised((6, 5)),
        OFTEN - {"tsne", "manifold", "prior_samples"} | {"codebook"},
    ),
    "dense layers on images": (
        lambda: scene(
            filters=np.zeros((70, 28, 28, 1), np.float32), atoms=np.ones((3, 28, 28, 1), np.float32)
        ),
        OFTEN - {"tsne"} | {"filters"},
    ),
    "a first layer alone that sees images": (
        lambda: scene((8, 9, 3), filters=np.ones((5, 3, 3, 3), np.float32)),
        OFTEN - {"tsne"} | {"filters"},
    ),
    "a training of several epochs": (
        lambda: scene(evolution=evolved(1, 2, 4)),
        OFTEN - {"tsne"} | {"evolution"},
    ),
    "a training of one epoch": (lambda: scene(evolution=evolved(1)), OFTEN - {"tsne"}),
    "a sparse code": (lambda: scene(sparse=True), OFTEN - {"tsne"} | {"firing"}),
    "2-D code without a prior": (lambda: scene(prior=False), OFTEN - {"tsne", "manifold", "prior_samples"}),
}


def test_the_gallery_holds_every_figure() -> None:
    assert {name for name, _ in gallery()} == ALL


ALIKE = (
    "RGB images, 2-D prior",
    "one channel, 3-D prior",
    "RGB, convolutional code",
    "four channels",
    "images without bounds",
    "sequences",
    "rows without bounds",
    "a training of several epochs",
)
"""Scenes that others are like but for one thing; all of their figures take a while."""


@pytest.mark.parametrize(
    ("make", "meant"),
    [
        pytest.param(*scene_and_figures, marks=[pytest.mark.slow] if name in ALIKE else [], id=name)
        for name, scene_and_figures in SCENES.items()
    ],
)
def test_every_figure_that_has_a_meaning_is_drawn_and_no_other(
    make: Callable[[], Scene], meant: set[str]
) -> None:
    made_up = make()
    drawn = {name: figure for name, draw in gallery() if (figure := draw(made_up)) is not None}
    assert set(drawn) == meant
    for name, figure in drawn.items():
        image = png(figure)
        height, width, channels = image.shape
        assert channels == 4, name
        assert min(height, width) >= 100, name
        assert (image[..., :3].min(axis=2) < 0.9).mean() > 0.01, f"{name} is blank"
        assert made_up.title in texts(figure), name


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("tsne", {"tsne": False}),
        ("tsne", {"tsne": True, "test_codes": np.zeros((5, 2), np.float32), "test_labels": np.arange(5)}),
        ("manifold", {"prior_dim": None}),
        ("manifold", {"prior_dim": 3}),
        ("prior_samples", {"prior_dim": None}),
        ("projection", {"test_codes": np.zeros((40, 1), np.float32)}),
        ("projection", {"test_codes": np.zeros((1, 2), np.float32), "test_labels": np.arange(1)}),
        ("firing", {"test_codes": np.zeros((40, 2), np.float32)}),
        ("interpolation", {"samples": shown_of(1, (28, 28), (2,))}),
    ],
)
def test_a_figure_without_meaning_is_not_drawn(name: str, changed: dict[str, Any]) -> None:
    draw = dict(gallery())[name]
    assert draw(scene(**changed)) is None


def test_every_figure_can_be_drawn_of_one_epoch_one_sample_and_a_dead_code() -> None:
    dead = np.zeros((1, 2), np.float32)
    one = replace(shown_of(1, (28, 28), (2,)), codes=dead)
    made_up = scene(
        samples=one,
        worst=one,
        test_codes=np.zeros((12, 2), np.float32),
        test_labels=np.zeros(12, int),
        columns={"reconstruction": [1.0], "total": [1.0], "test_reconstruction": [2.0], "test_total": [2.0]},
    )
    drawn = {name for name, draw in gallery() if (figure := draw(made_up)) is not None and png(figure).size}
    assert drawn == OFTEN - {"interpolation", "tsne"}


# Images in rows


@pytest.mark.parametrize("name", ["reconstructions", "worst"])
@pytest.mark.parametrize("corrupted", [True, False])
def test_originals_stand_over_their_reconstructions(name: str, corrupted: bool) -> None:
    made_up = scene(corrupted=corrupted)
    shown = made_up.samples if name == "reconstructions" else made_up.worst
    figure = dict(gallery())[name](made_up)
    rows = ([shown.inputs] if corrupted else []) + [shown.originals, shown.reconstructions]
    image, errors = images_in(figure)
    np.testing.assert_array_equal(cells(image, (28, 28), len(shown.originals)), rows)
    (maps,) = cells(errors, (28, 28), len(shown.originals))
    np.testing.assert_allclose(maps, shown.reconstructions - shown.originals)
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert names == (["corrupted input"] if corrupted else []) + ["original", "reconstruction", "error"]
    below = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert below == [
        f"{label}\n{loss:.3f}" for label, loss in zip(np.asarray(shown.labels), shown.losses, strict=True)
    ]


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ([0.01024, 0.0029], ["0.0102", "0.0029"]),
        ([-97.66, 4.0], ["-97.7", "4.0"]),
        ([5371.2, -1.0], ["5371", "-1"]),
        ([0.0, 0.0], ["0", "0"]),
        ([float("inf"), 1.0], ["inf", "1.00"]),
    ],
)
def test_numbers_beside_one_another_have_equal_decimals(numbers: list[float], said: list[str]) -> None:
    assert style.decimals(numbers) == said


def test_the_same_samples_stand_under_one_another_after_each_epoch() -> None:
    evolution = evolved(1, 2, 4)
    figure = dict(gallery())["evolution"](scene(evolution=evolution))
    (image,) = images_in(figure)
    rows = [evolution.originals, *evolution.reconstructions.values()]
    np.testing.assert_array_equal(cells(image, (28, 28), 3), rows)
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert names == ["original", "epoch 1", "epoch 2", "epoch 4"]


def test_one_sample_stands_under_the_curve_with_the_noise_of_each_level() -> None:
    noisy, outputs = np.random.default_rng(0).random((2, 3, 28, 28), np.float32)
    figure = denoising_curve(
        "a run", "stddev", 0.5, [0.0, 0.25, 0.5], [20, 19, 18], [99, 15, 10], (noisy, outputs), Look()
    )
    (image,) = images_in(figure)
    np.testing.assert_array_equal(cells(image, (28, 28), 3), [noisy, outputs])
    below = figure.axes[1]
    assert [label.get_text() for label in below.get_xticklabels()] == ["0", "0.25", "0.5"]
    assert [label.get_text() for label in below.get_yticklabels()] == ["input", "reconstruction"]


def test_maps_of_any_size_are_as_wide_as_the_cells_above_them_and_explained_by_a_bar_as_tall() -> None:
    figure = style.new_figure(4, 3, "")
    axes = figure.subplots()
    maps = np.array([[[1.0, 2.0, 3.0]], [[4.0, 5.0, 6.0]]], np.float32)
    drawn = style.show_row(axes, maps, (28, 28), 30, 14, style.around_zero(maps))
    style.colour_bar(axes, drawn, "number")
    row = np.asarray(drawn.get_array().filled(np.nan))[0]
    assert (drawn.get_extent()[0], drawn.get_extent()[1]) == (-0.5, 28 + 2 + 28 - 0.5)
    per_pixel = len(row) / 58
    for column, numbers in enumerate(maps[:, 0]):
        part = row[round(column * 30 * per_pixel) : round((column * 30 + 28) * per_pixel)]
        assert set(part) == set(numbers)
        assert np.ptp([np.sum(part == number) for number in numbers]) <= 1
    assert np.isnan(row[round(28 * per_pixel) : round(30 * per_pixel)]).all()
    figure.draw_without_rendering()
    (bar,) = axes.child_axes
    image, explained = axes.get_window_extent(), bar.get_window_extent()
    np.testing.assert_allclose([explained.y0, explained.y1], [image.y0, image.y1])
    assert explained.x0 > image.x1


def test_an_interpolation_goes_straight_from_one_code_to_the_next() -> None:
    seen: list[np.ndarray] = []

    def decode(given: np.ndarray, told: np.ndarray | None) -> np.ndarray:
        seen.append(given)
        return np.zeros((len(given), 28, 28), np.float32)

    made_up = scene(decode=decode)
    figure = interpolation.draw(made_up)
    assert len(seen) == 5
    for pair, between in enumerate(seen):
        first, second = made_up.samples.codes[2 * pair], made_up.samples.codes[2 * pair + 1]
        np.testing.assert_allclose(between[0], first)
        np.testing.assert_allclose(between[-1], second)
        np.testing.assert_allclose(between[len(between) // 2], (first + second) / 2, rtol=1e-6)
        np.testing.assert_allclose(np.diff(between, axis=0), np.tile((second - first) / 8, (8, 1)), atol=1e-6)
    (image,) = images_in(figure)
    rows = cells(image, (28, 28), 11)
    np.testing.assert_array_equal(rows[:, 0], made_up.samples.originals[0:10:2])
    np.testing.assert_array_equal(rows[:, -1], made_up.samples.originals[1:10:2])
    assert (rows[:, 1:-1] == 0.0).all()
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert names == ["0 to 1", "2 to 3", "4 to 5", "6 to 7", "8 to 9"]


# Codes


def maps_of(image: np.ndarray, shape: tuple[int, int]) -> list[np.ndarray]:
    """Cuts the image of a code into its maps, row by row."""
    starts = [range(0, length, size + 1) for length, size in zip(image.shape, shape, strict=True)]
    return [
        image[row : row + shape[0], column : column + shape[1]] for row in starts[0] for column in starts[1]
    ]


@pytest.mark.parametrize(
    ("latent_shape", "shape"), [((4, 4, 8), (19, 9)), ((7, 7, 32), (63, 31)), ((20, 5, 5), (41, 17))]
)
def test_the_maps_of_a_convolutional_code_stand_apart(
    latent_shape: tuple[int, ...], shape: tuple[int, int]
) -> None:
    code = np.random.default_rng(0).random(latent_shape, np.float32)
    image = codes.code_image(code)
    assert image.shape == shape
    assert np.isfinite(image).sum() == code.size
    for channel, found in enumerate(maps_of(image, code.shape[:2])[: code.shape[2]]):
        np.testing.assert_array_equal(found, code[:, :, channel])


def test_of_large_maps_those_are_shown_that_vary_most() -> None:
    many = np.random.default_rng(0).random((10, 16, 16, 64), np.float32) * np.arange(64, dtype=np.float32)
    kept = codes.legible(many)
    assert 6 <= kept.shape[3] <= 16
    np.testing.assert_array_equal(kept, many[..., -kept.shape[3] :])
    assert codes.code_image(kept[0]).shape[1] <= 36
    assert f"{kept.shape[3]} of its maps" in texts(
        codes.draw(scene(samples=replace(shown_of(10, (28, 28), (2,)), codes=many)))
    )


@pytest.mark.parametrize(
    ("size", "shape"), [(1, (1, 1)), (2, (1, 2)), (4, (1, 4)), (32, (8, 4)), (30, (8, 4)), (2000, (63, 32))]
)
def test_a_vector_fills_rows_of_four(size: int, shape: tuple[int, int]) -> None:
    code = np.arange(1, size + 1, dtype=np.float32)
    image = codes.code_image(code)
    assert image.shape == shape
    np.testing.assert_array_equal(image.ravel()[:size], code)
    assert np.isnan(image.ravel()[size:]).all()


@pytest.mark.parametrize("latent_shape", [(4, 4, 8), (2,)])
def test_codes_stand_under_their_inputs_on_one_scale(latent_shape: tuple[int, ...]) -> None:
    made_up = scene(latent_shape=latent_shape, prior=False)
    figure = codes.draw(made_up)
    assert figure is not None
    above, below = figure.axes[0].get_images()
    inputs, row = np.asarray(above.get_array()), np.asarray(below.get_array())
    np.testing.assert_array_equal(cells(inputs, (28, 28), 10)[0], made_up.samples.inputs)
    left, right, bottom, top = below.get_extent()
    assert (left, right) == (-0.5, inputs.shape[1] - 0.5)
    assert bottom > top >= 27.5
    step = (inputs.shape[1] + 2) / 10
    finer = row.shape[1] / inputs.shape[1]
    for column, code in enumerate(made_up.samples.codes):
        expected = codes.code_image(code)
        middles = (column * step + 28 * (np.arange(expected.shape[1]) + 0.5) / expected.shape[1]) * finer
        np.testing.assert_array_equal(row[:, middles.astype(int)], expected)
    assert below.get_clim() == (0.0, float(made_up.samples.codes.max()))
    assert " × ".join(map(str, latent_shape)) in texts(figure)


def test_codes_with_signs_are_coloured_around_zero() -> None:
    signed = np.array([[-3.0, 1.0], [0.0, 2.0]], np.float32)
    figure = codes.draw(scene(samples=replace(shown_of(2, (28, 28), (2,)), codes=signed)))
    assert figure is not None
    assert {image.get_clim() for image in figure.axes[0].get_images()[1:]} == {(-3.0, 3.0)}


def test_a_traversal_moves_one_dimension_the_most_telling_first() -> None:
    seen: list[np.ndarray] = []

    def decode(given: np.ndarray, told: np.ndarray | None) -> np.ndarray:
        seen.append(given)
        return np.zeros((len(given), 28, 28), np.float32)

    figure = traversals.draw(
        scene(latent_shape=(3,), kl=np.array([[0.5, 0.0, 1.0], [0.5, 0.0, 3.0]]), decode=decode)
    )
    assert figure is not None
    rows = seen[0].reshape(3, 7, 3)
    for row, dimension in zip(rows, (2, 0, 1), strict=True):
        np.testing.assert_array_equal(row[:, dimension], np.arange(-3, 4))
        assert np.abs(np.delete(row, dimension, axis=1)).max() == 0.0
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert names == ["z3: 2.00 nats", "z1: 0.50 nats", "z2: 0.00 nats"]


def test_the_divergences_stand_in_their_order() -> None:
    figure = kl.draw(scene(latent_shape=(3,), kl=np.array([[0.5, 0.0, 1.0], [0.5, 0.0, 3.0]], np.float32)))
    assert figure is not None
    np.testing.assert_array_equal(figure.axes[0].patches[0].get_data().values, [2.0, 0.5, 0.0])
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == ["z3", "z1", "z2"]
    assert "2.5 nats in all" in texts(figure)
    assert "mean over 2 test images" in texts(figure)


def test_units_that_never_fire_are_counted() -> None:
    units = np.zeros((40, 5), np.float32)
    units[:10, 1:] = 1.0
    units[:30, 4] = 2.0
    figure = firing.draw(scene(latent_shape=(5,), test_codes=units, sparse=True))
    assert figure is not None
    assert "1 never do" in texts(figure)
    heights = {round(bar.get_x(), 2): bar.get_height() for bar in figure.axes[0].patches if bar.get_height()}
    assert heights == {0.0: 1, 0.24: 3, 0.72: 1}


@pytest.mark.parametrize("latent_shape", [(4, 4, 5), (6, 5)])
def test_the_entries_of_a_codebook_stand_by_their_use(latent_shape: tuple[int, ...]) -> None:
    seen: list[np.ndarray] = []

    def decode(given: np.ndarray, told: np.ndarray | None) -> np.ndarray:
        seen.append(given)
        return np.zeros((len(given), 28, 28), np.float32)

    made_up = replace(quantised(latent_shape), decode=decode)
    figure = codebook.draw(made_up)
    assert figure is not None
    assert "3 of 7 entries are used" in texts(figure)
    assert [label.get_text() for label in figure.axes[1].get_yticklabels()] == ["1 to 3"]
    shares = figure.axes[0].patches[0].get_data().values
    np.testing.assert_allclose(shares, [1 / 2, 1 / 3, 1 / 6], atol=0.01)
    most, *others = seen[0].reshape(3, -1, 5)
    assert (most == most[0]).all()
    for code in others:
        assert (code != most).any(axis=1).sum() == 1


def test_filters_are_drawn_the_strongest_first_around_zero() -> None:
    kernels = np.zeros((3, 4, 4, 1), np.float32)
    kernels[0, 0, 0], kernels[1, 0, 0] = 1.0, -4.0
    figure = filters.draw(scene(filters=kernels))
    assert figure is not None
    (drawn,) = figure.axes[0].get_images()
    assert drawn.get_clim() == (-1.0, 1.0)
    np.testing.assert_array_equal(np.asarray(drawn.get_array())[0, [0, 5, 10]], [-1.0, 1.0, 0.0])


# Projections


def projected(points: np.ndarray) -> tuple[np.ndarray, Any]:
    """Where the codes of a scene stand in its projection, in their order; and the axes."""
    figure = projection.draw(scene(test_codes=points, test_labels=None))
    assert figure is not None
    (dots,) = figure.axes[0].collections
    return np.asarray(dots.get_offsets()), figure.axes[0]


def test_principal_components_are_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    points = (rng.normal(size=(200, 6)) @ rng.normal(size=(6, 6)) + rng.normal(size=6)).astype(np.float32)
    found, axes = projected(points)
    reference = PCA(2, svd_solver="full").fit(points.astype(np.float64))
    expected = reference.transform(points)
    signs = np.sign((found * expected).sum(axis=0))
    np.testing.assert_allclose(found * signs, expected, atol=1e-3)
    for label, part in zip(
        (axes.get_xlabel(), axes.get_ylabel()), reference.explained_variance_ratio_, strict=True
    ):
        assert f"({part:.0%} of the variance)" in label


def test_the_signs_of_principal_components_do_not_change_with_the_order_of_points() -> None:
    points = (np.random.default_rng(0).normal(size=(50, 4)) * [5, 3, 1, 1]).astype(np.float32)
    np.testing.assert_allclose(projected(points[::-1])[0][::-1], projected(points)[0], atol=1e-4)


def test_two_numbers_are_projected_as_they_are() -> None:
    made_up = scene()
    figure = projection.draw(made_up)
    assert figure is not None
    points = np.concatenate([np.asarray(dots.get_offsets()) for dots in figure.axes[0].collections])
    order = np.argsort(made_up.test_labels, kind="stable")
    np.testing.assert_allclose(points, made_up.test_codes[order])
    assert "PCA" not in texts(figure)
    assert "PCA" in texts(projection.draw(scene(latent_shape=(5,))))


def test_each_label_has_a_colour_and_a_name() -> None:
    figure = projection.draw(scene())
    assert figure is not None
    dots = figure.axes[0].collections
    colours = {tuple(collection.get_facecolor()[0, :3]) for collection in dots}
    assert colours == {to_rgb(colour) for colour in style.class_colours()}
    assert [text.get_text() for text in figure.axes[0].texts] == [str(label) for label in range(10)]


def test_names_of_labels_do_not_hide_one_another() -> None:
    places = plane.apart(np.full((10, 2), 0.5))
    distances = np.linalg.norm(places[:, np.newaxis] - places, axis=2) + np.eye(10)
    assert distances.min() > 0.9 * plane.NAME
    far = np.array([[0.1, 0.1], [0.9, 0.9]])
    np.testing.assert_allclose(plane.apart(far), far, atol=1e-3)


def test_of_many_numbers_the_same_components_are_found() -> None:
    rng = np.random.default_rng(0)
    points = (rng.normal(size=(80, 60)) * np.linspace(4, 1, 60) ** 2).astype(np.float32)
    expected = PCA(2, svd_solver="full").fit_transform(points)
    np.testing.assert_allclose(projected(points)[0], expected, atol=1e-2)
    dead, _ = projected(np.ones((80, 60), np.float32))
    assert not dead.any()


def test_the_axes_of_t_sne_have_no_numbers() -> None:
    figure = tsne.draw(scene(latent_shape=(5,), tsne=True))
    assert figure is not None
    assert len(figure.axes[0].get_xticks()) == len(figure.axes[0].get_yticks()) == 0


def test_t_sne_shows_the_same_sample_each_time() -> None:
    def points() -> np.ndarray:
        figure = tsne.draw(scene(latent_shape=(5,), tsne=True))
        assert figure is not None
        return np.concatenate([np.asarray(dots.get_offsets()) for dots in figure.axes[0].collections])

    first = points()
    assert first.shape == (40, 2)
    np.testing.assert_array_equal(points(), first)


def test_there_are_ten_colours_that_can_be_told_apart() -> None:
    colours = np.array([to_rgb(colour) for colour in style.class_colours()])
    assert colours.shape == (10, 3)
    distances = np.linalg.norm(colours[:, np.newaxis] - colours, axis=2) + 2 * np.eye(10)
    assert distances.min() > 0.1
    greys = np.ptp(colours, axis=1) < 0.1
    assert greys.sum() == 1


# The prior


def manifold_codes() -> tuple[np.ndarray, Any]:
    seen: list[np.ndarray] = []

    def decode(given: np.ndarray, told: np.ndarray | None) -> np.ndarray:
        seen.append(given)
        shades = np.linspace(0.0, 1.0, len(given), dtype=np.float32)
        return np.broadcast_to(shades[:, np.newaxis, np.newaxis], (len(given), 3, 4))

    figure = manifold.draw(scene(decode=decode))
    (given,) = seen
    return given, figure


def test_the_manifold_is_spaced_by_the_quantiles_of_the_prior() -> None:
    given, _ = manifold_codes()
    assert given.shape == (225, 2)
    assert given.dtype == np.float32
    steps = np.unique(given[:, 0])
    np.testing.assert_array_equal(np.unique(given[:, 1]), steps)
    assert len(steps) == 15
    np.testing.assert_allclose(stats.norm.cdf(steps), np.linspace(0.01, 0.99, 15), atol=1e-6)
    np.testing.assert_allclose(steps, -steps[::-1], atol=1e-6)
    assert steps[7] == 0.0


def test_the_manifold_runs_to_the_right_and_upwards_as_its_axes_say() -> None:
    given, figure = manifold_codes()
    grid = given.reshape(15, 15, 2)
    assert (np.diff(grid[:, :, 0], axis=1) > 0).all()
    assert (np.diff(grid[:, :, 1], axis=0) < 0).all()
    axes = figure.axes[0]
    (image,) = images_in(figure)
    shades = cells(image, (3, 4), 15)
    np.testing.assert_allclose(shades[:, :, 0, 0].ravel(), np.linspace(0, 1, 225), atol=1e-6)
    # Each row and column has a tick at its middle, with its number; rows count from the top.
    bottom, top = axes.get_ylim()
    assert bottom > top
    for ticks, labels, values, size in (
        (axes.get_xticks(), axes.get_xticklabels(), grid[0, :, 0], image.shape[1]),
        (axes.get_yticks(), axes.get_yticklabels(), grid[:, 0, 1], image.shape[0]),
    ):
        assert [text.get_text() for text in labels] == [f"{value:.1f}" for value in values]
        np.testing.assert_allclose(np.diff(ticks), ticks[1] - ticks[0])
        assert ticks[0] + ticks[-1] == pytest.approx(size - 1)
        assert ticks[1] - ticks[0] == pytest.approx((size + 1) / 15)


def test_samples_are_drawn_from_the_prior() -> None:
    seen: list[np.ndarray] = []

    def decode(given: np.ndarray, told: np.ndarray | None) -> np.ndarray:
        seen.append(given)
        return np.zeros((len(given), 28, 28), np.float32)

    prior_samples.draw(scene(latent_shape=(7,), decode=decode))
    prior_samples.draw(scene(latent_shape=(7,), decode=decode))
    first, second = seen
    assert first.shape == (100, 7)
    assert first.dtype == np.float32
    assert stats.kstest(first.ravel(), "norm").pvalue > 0.001
    np.testing.assert_array_equal(first, second)


def test_of_a_network_that_is_told_labels_each_label_has_a_row() -> None:
    seen: list[np.ndarray | None] = []

    def decode(given: np.ndarray, told: np.ndarray | None) -> np.ndarray:
        seen.append(told)
        return np.zeros((len(given), 28, 28), np.float32)

    figure = prior_samples.draw(scene(decode=decode, classes=["cat", "dog"]))
    (told,) = seen
    np.testing.assert_array_equal(told, np.repeat(np.eye(2), 10, axis=0))
    assert [text.get_text() for text in figure.axes[0].get_yticklabels()] == ["cat", "dog"]


def test_between_two_labels_an_interpolation_goes_straight_too() -> None:
    seen: list[np.ndarray | None] = []

    def decode(given: np.ndarray, told: np.ndarray | None) -> np.ndarray:
        seen.append(told)
        return np.zeros((len(given), 28, 28), np.float32)

    interpolation.draw(told_labels(scene(decode=decode)))
    first = seen[0]
    assert first is not None
    np.testing.assert_allclose(first[:, 0], np.linspace(1, 0, 9), atol=1e-6)
    np.testing.assert_allclose(first[:, 1], np.linspace(0, 1, 9), atol=1e-6)


# Curves and mosaics


def test_the_loss_is_drawn_in_total_and_in_parts() -> None:
    made_up = scene()
    figure = loss.draw(made_up)
    assert figure is not None
    assert [axes.get_title() for axes in figure.axes] == ["total loss", "reconstruction", "KL divergence"]
    for axes, part in zip(figure.axes, ("total", "reconstruction", "kl"), strict=True):
        training, monitored = axes.get_lines()
        assert list(training.get_xdata()) == [1, 2, 3, 4]
        assert list(training.get_ydata()) == made_up.columns[part]
        assert list(monitored.get_ydata()) == made_up.columns[f"test_{part}"]
        assert axes.get_ylabel() == "nats/image"
        assert monitored.get_label() == made_up.monitored


def test_a_loss_of_one_part_is_drawn_once() -> None:
    columns = {name: [2.0, 1.0] for name in ("reconstruction", "total", "test_reconstruction", "test_total")}
    figure = loss.draw(scene(columns=columns))
    assert figure is not None
    assert [axes.get_title() for axes in figure.axes] == ["total loss"]


def test_a_mosaic_stands_row_by_row_with_white_between() -> None:
    images = np.arange(5, dtype=np.float32).reshape(5, 1, 1) / 10 * np.ones((5, 2, 3), np.float32)
    image = style.mosaic(images, columns=3)
    assert image.shape == (5, 11)
    assert (image[2] == 1.0).all()
    assert (image[:, [3, 7]] == 1.0).all()
    np.testing.assert_array_equal(image[:2, 4:7], images[1])
    np.testing.assert_array_equal(image[3:, 4:7], images[4])
    assert (image[3:, 8:] == 1.0).all()
    assert np.isnan(style.mosaic(images, columns=3, fill=np.nan)).sum() == 5 * 11 - 5 * 6
    assert style.mosaic(np.zeros((4, 2, 3, 3), np.float32), columns=2).shape == (5, 7, 3)


@pytest.mark.parametrize(
    ("count", "rows", "columns"), [(100, 10, 10), (24, 2, 12), (64, 8, 8), (5, 1, 5), (1000, 12, 12)]
)
def test_a_sheet_has_equal_rows(count: int, rows: int, columns: int) -> None:
    samples = np.random.default_rng(0).random((count, 6, 5), np.float32)
    (image,) = images_in(contact_sheet("A sheet", Split(samples, None), Look()))
    drawn = cells(image, (6, 5), columns)
    np.testing.assert_array_equal(drawn.reshape(-1, 6, 5), samples[: rows * columns])


def test_labels_taken_in_turn_make_equal_rows_and_a_rare_label_keeps_its_own() -> None:
    samples = np.random.default_rng(0).random((14, 6, 5), np.float32)
    in_turn = np.arange(14) % 4
    (image,) = images_in(contact_sheet("A sheet", Split(samples, in_turn), Look()))
    drawn = cells(image, (6, 5), 3)
    for label in range(4):
        np.testing.assert_array_equal(drawn[label], samples[in_turn == label][:3])
    rare = np.array([0] * 10 + [1] * 4)
    (image,) = images_in(contact_sheet("A sheet", Split(samples, rare), Look()))
    often, seldom = cells(image, (6, 5), 10)
    np.testing.assert_array_equal(often, samples[:10])
    np.testing.assert_array_equal(seldom[:4], samples[10:])
    assert (seldom[4:] == 1.0).all()


# Samples that are no grey images in [0, 1]


def drawn_curves(figure: Any) -> list[list[np.ndarray]]:
    """What each panel shows: its curves, (steps, 2), in the order in which they were drawn."""
    panels = [axes for axes in figure.axes if axes.get_visible()]
    return [[np.asarray(line.get_xydata()) for line in axes.get_lines()] for axes in panels]


@pytest.mark.parametrize("corrupted", [True, False])
def test_sequences_stand_in_one_panel_with_their_reconstructions(corrupted: bool) -> None:
    made_up = padded(scene((20, 3), look=Look("sequences"), corrupted=corrupted))
    figure = dict(gallery())["reconstructions"](made_up)
    panels, shown = drawn_curves(figure), made_up.samples
    assert len(panels) == 10
    parts = ([shown.inputs] if corrupted else []) + [shown.originals, shown.reconstructions]
    for number, curves in enumerate(panels):
        expected = np.concatenate([part[number].T for part in parts])
        np.testing.assert_array_equal([curve[:, 1] for curve in curves], expected)
        assert all(list(curve[:, 0]) == list(range(1, 21)) for curve in curves), "steps count from 1"
    (legend,) = figure.legends
    names = [text.get_text() for text in legend.get_texts()]
    assert names == (["corrupted input"] if corrupted else []) + ["original", "reconstruction"]
    assert [axes.get_title() for axes in figure.axes] == [
        f"{label}: {loss:.3f}" for label, loss in zip(np.asarray(shown.labels), shown.losses, strict=True)
    ]


def test_numbers_of_sequences_can_be_read_at_their_axes() -> None:
    figure = dict(gallery())["worst"](scene((20, 3), look=Look("sequences", (-1.0, 3.0))))
    first = figure.axes[0]
    low, high = first.get_ylim()
    assert low < -1.0 < 3.0 < high
    png(figure)
    assert {"0", "2"} <= {text.get_text() for text in first.get_yticklabels()}
    assert {axes.get_ylim() for axes in figure.axes} == {(low, high)}
    assert figure.get_supxlabel() == "step"


def test_sequences_are_drawn_in_the_numbers_of_their_data() -> None:
    made_up = scene((20, 3), look=Look("sequences"), corrupted=False, stored=lambda scaled: 40 * scaled - 10)
    figure = dict(gallery())["worst"](made_up)
    shown, first = made_up.worst, drawn_curves(figure)[0]
    expected = np.concatenate([40 * part[0].T - 10 for part in (shown.originals, shown.reconstructions)])
    np.testing.assert_allclose([curve[:, 1] for curve in first], expected, rtol=1e-6)
    low, high = figure.axes[0].get_ylim()
    assert low < -10 < 30 < high


def test_a_curve_in_a_cell_rises_where_its_numbers_rise_and_ends_with_them() -> None:
    rising = np.linspace(-1, 3, 7, dtype=np.float32)
    ended = np.where(np.arange(7) < 4, rising, np.nan).astype(np.float32)
    figure = style.new_figure(3, 2, "")
    show_cells(figure.subplots(), np.stack([rising, rising[::-1], ended]), 1, Look("rows", (-1.0, 3.0)))
    collections = figure.findobj(LineCollection)
    up, down, short = [segment for collection in collections for segment in collection.get_segments()]
    assert (np.diff(up[:, 1]) < 0).all(), "rows of an image count from the top"
    assert (np.diff(down[:, 1]) > 0).all()
    assert np.ptp(up[:, 1]) == pytest.approx(21)
    assert up[:, 1].max() < down[:, 1].min()
    assert len(short) == 4


def test_colours_are_drawn_as_they_are_and_other_channels_as_their_mean() -> None:
    colour, many = scene((8, 9, 3), corrupted=False), scene((8, 9, 5), corrupted=False)
    draw = dict(gallery())["worst"]
    image, *_ = images_in(draw(colour))
    np.testing.assert_array_equal(cells(image, (8, 9), 4)[0], colour.worst.originals)
    image, *_ = images_in(draw(many))
    np.testing.assert_allclose(cells(image, (8, 9), 4)[0], many.worst.originals.mean(axis=3), rtol=1e-6)


def test_numbers_without_bounds_are_drawn_between_their_limits() -> None:
    made_up = scene((8, 9), look=Look("images", (-1.0, 3.0)), corrupted=False)
    image, *_ = images_in(dict(gallery())["worst"](made_up))
    np.testing.assert_allclose(cells(image, (8, 9), 4)[0], (made_up.worst.originals + 1) / 4, atol=1e-6)


def test_the_image_of_an_epoch_shows_samples_of_every_kind() -> None:
    grey = np.linspace(0, 1, 2 * 3 * 4, dtype=np.float32).reshape(2, 3, 4)
    assert side_by_side([grey, grey], Look()).shape == (6, 8, 1)
    assert side_by_side([grey, 1 - grey], Look())[3, 0, 0] == 255
    assert side_by_side([np.zeros((2, 3, 4, 3), np.float32)], Look()).shape == (3, 8, 3)
    for kind, shape in (("sequences", (2, 9, 3)), ("rows", (2, 7))):
        samples = np.random.default_rng(0).random(shape, np.float32)
        drawn = side_by_side([samples, samples], Look(kind))  # type: ignore[arg-type]
        assert drawn.dtype == np.uint8
        assert drawn.shape[2] == 3
        assert drawn.std() > 1


def test_thumbnails_are_small_and_have_channels() -> None:
    assert as_thumbnails(np.ones((3, 28, 28), np.float32), Look()).shape == (3, 28, 28, 1)
    assert as_thumbnails(np.ones((3, 200, 130, 3), np.float32), Look()).shape == (3, 50, 33, 3)
    assert as_thumbnails(np.full((1, 8, 8), 2.0, np.float32), Look()).max() == 255


@pytest.mark.parametrize(
    ("losses", "scale"), [([90.0, 1.0], "log"), ([2.0, 1.0], "linear"), ([90.0, -1.0], "linear")]
)
def test_losses_that_span_much_are_drawn_on_a_log_scale(losses: list[float], scale: str) -> None:
    figure = loss.draw(scene(columns={"total": losses, "test_total": losses}, kept_epoch=2))
    assert figure is not None
    assert figure.axes[0].get_yscale() == scale
    assert "kept: epoch 2" in texts(figure)


def test_a_figure_is_drawn_once_to_be_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    figure, drawn, draw = loss.draw(scene()), list[Any](), Line2D.draw
    assert figure is not None
    curves = [line for axes in figure.axes for line in axes.get_lines()]
    monkeypatch.setattr(Line2D, "draw", lambda line, *given: (drawn.append(line), draw(line, *given)))
    style.save_figure(figure, tmp_path / "loss.png")
    assert [drawn.count(line) for line in curves] == [1] * len(curves)
    image = imread(tmp_path / "loss.png")
    assert image.shape[:2] == (round(3.8 * 120), 12 * 120)
    np.testing.assert_array_equal(image, png(loss.draw(scene())), "what Matplotlib itself saves")


def test_what_a_recipe_expects_is_marked_in_the_panel_of_that_part() -> None:
    figure = loss.draw(scene(expected={"kl": 0.25}))
    assert figure is not None
    total, _, kl_panel = figure.axes
    assert "expected" not in str([line.get_label() for line in total.get_lines()])
    marked = kl_panel.get_lines()[-1]
    assert set(marked.get_ydata()) == {0.25}
    (named,) = kl_panel.get_legend().get_texts()
    assert named.get_text() == "expected: 0.25"


def test_what_is_expected_of_the_only_part_is_marked_in_the_total() -> None:
    columns = {name: [2.0, 1.0] for name in ("reconstruction", "total", "test_reconstruction", "test_total")}
    figure = loss.draw(scene(columns=columns, expected={"reconstruction": 0.5}))
    assert figure is not None
    assert set(figure.axes[0].get_lines()[-1].get_ydata()) == {0.5}
    assert "expected: 0.5" in texts(figure)
