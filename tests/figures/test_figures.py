import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.image import imread
from scipy import stats
from sklearn.decomposition import PCA

from aecli.figures import codes, interpolation, loss, manifold, prior_samples, projection, style, tsne
from aecli.figures.cells import Look, as_thumbnails, side_by_side
from aecli.figures.gallery import gallery
from aecli.figures.scene import Scene, Shown

ALL = {
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


SCENES: dict[str, tuple[Callable[[], Scene], set[str]]] = {
    "grey images, 2-D prior": (lambda: scene(tsne=True), ALL),
    "RGB images, 2-D prior": (lambda: scene((8, 9, 3)), ALL - {"tsne"}),
    "one channel, 3-D prior": (lambda: scene((9, 8, 1), (3,)), ALL - {"tsne", "manifold"}),
    "convolutional code": (
        lambda: scene((28, 28), (4, 4, 8), prior=False),
        ALL - {"tsne", "manifold", "prior_samples"},
    ),
    "RGB, convolutional code": (
        lambda: scene((8, 8, 3), (4, 4, 8), prior=False),
        ALL - {"tsne", "manifold", "prior_samples"},
    ),
    "four channels": (lambda: scene((8, 9, 4)), ALL - {"tsne"}),
    "large images": (lambda: scene((300, 400, 3)), ALL - {"tsne"}),
    "images without bounds": (
        lambda: scene((8, 9, 3), look=Look("images", (-30.0, 40.0))),
        ALL - {"tsne"},
    ),
    "sequences": (lambda: scene((20, 3), look=Look("sequences")), ALL - {"tsne"}),
    "padded sequences": (lambda: padded(scene((20, 3), look=Look("sequences"))), ALL - {"tsne"}),
    "rows without bounds": (lambda: scene((6,), look=Look("rows", (-2.0, 5.0))), ALL - {"tsne"}),
    "rows of one number": (lambda: scene((1,), look=Look("rows")), ALL - {"tsne"}),
    "labels that are texts": (lambda: labelled(scene(), "a $label$ that is long"), ALL - {"tsne"}),
    "no labels": (lambda: labelled(scene(), None), ALL - {"tsne"}),
    "tokens of a codebook": (
        lambda: scene((28, 28), (6, 5), prior=False),
        ALL - {"tsne", "manifold", "prior_samples"},
    ),
    "a network that is told labels": (
        lambda: told_labels(scene()),
        ALL - {"tsne", "manifold"},
    ),
    "2-D code without a prior": (lambda: scene(prior=False), ALL - {"tsne", "manifold", "prior_samples"}),
}


def test_the_gallery_holds_every_figure() -> None:
    assert {name for name, _ in gallery()} == ALL


@pytest.mark.parametrize(("make", "meant"), SCENES.values(), ids=SCENES)
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
    assert drawn == ALL - {"interpolation", "tsne"}


# Images in rows


@pytest.mark.parametrize("name", ["reconstructions", "worst"])
@pytest.mark.parametrize("corrupted", [True, False])
def test_originals_stand_over_their_reconstructions(name: str, corrupted: bool) -> None:
    made_up = scene(corrupted=corrupted)
    shown = made_up.samples if name == "reconstructions" else made_up.worst
    figure = dict(gallery())[name](made_up)
    rows = ([shown.inputs] if corrupted else []) + [shown.originals, shown.reconstructions]
    (image,) = images_in(figure)
    np.testing.assert_array_equal(cells(image, (28, 28), len(shown.originals)), rows)
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert names == (["corrupted input"] if corrupted else []) + ["original", "reconstruction"]
    losses = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert losses == [f"{value:.3g}" for value in shown.losses]


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


def test_the_maps_of_a_convolutional_code_stand_over_one_another() -> None:
    code = np.random.default_rng(0).random((4, 4, 8), np.float32)
    image = codes.code_image(code)
    assert image.shape == (32, 4)
    for channel in range(8):
        np.testing.assert_array_equal(image[4 * channel : 4 * channel + 4], code[:, :, channel])


def test_many_maps_stand_in_several_columns() -> None:
    code = np.random.default_rng(0).random((7, 7, 32), np.float32)
    image = codes.code_image(code)
    rows = 8
    assert image.shape == (rows * 7, 4 * 7)
    for channel in range(32):
        row, column = divmod(channel, 4)
        np.testing.assert_array_equal(
            image[7 * row : 7 * row + 7, 7 * column : 7 * column + 7], code[:, :, channel]
        )


def test_cells_that_no_map_fills_stay_empty() -> None:
    image = codes.code_image(np.ones((20, 5, 5), np.float32))
    assert image.shape == (60, 10)
    assert np.isfinite(image).sum() == 500
    assert np.isnan(image[40:, 5:]).all()


@pytest.mark.parametrize(
    ("size", "shape"), [(1, (1, 1)), (2, (1, 2)), (4, (1, 4)), (32, (8, 4)), (30, (8, 4))]
)
def test_a_vector_fills_rows_of_four(size: int, shape: tuple[int, int]) -> None:
    code = np.arange(1, size + 1, dtype=np.float32)
    image = codes.code_image(code)
    assert image.shape == shape
    np.testing.assert_array_equal(image.ravel()[:size], code)
    assert np.isnan(image.ravel()[size:]).all()


def test_codes_stand_under_their_inputs_on_one_scale() -> None:
    made_up = scene(latent_shape=(4, 4, 8), prior=False)
    figure = codes.draw(made_up)
    assert figure is not None
    above, below = figure.axes[0].get_images()[0], figure.axes[1].get_images()[0]
    np.testing.assert_array_equal(
        cells(np.asarray(above.get_array()), (28, 28), 10)[0], made_up.samples.inputs
    )
    expected = [codes.code_image(code) for code in made_up.samples.codes]
    np.testing.assert_array_equal(cells(np.asarray(below.get_array()), (32, 4), 10)[0], expected)
    assert below.get_clim() == (0.0, float(made_up.samples.codes.max()))
    assert "4 × 4 × 8" in texts(figure)


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


# Samples that are no grey images in [0, 1]


def curves_in(figure: Any) -> list[np.ndarray]:
    found = figure.findobj(LineCollection)
    return [segment for collection in found for segment in collection.get_segments()]


def test_sequences_are_drawn_as_curves_to_their_last_real_step() -> None:
    figure = dict(gallery())["reconstructions"](
        padded(scene((20, 3), look=Look("sequences"), corrupted=False))
    )
    curves = curves_in(figure)
    assert len(curves) == 2 * 10 * 3
    assert all(len(curve) == 12 for curve in curves)
    widths = {round(float(np.ptp(curve[:, 0])), 3) for curve in curves}
    assert len(widths) == 1


def test_a_curve_rises_where_its_numbers_rise() -> None:
    rising = np.tile(np.linspace(-1, 3, 7, dtype=np.float32), (2, 1))
    samples = replace(shown_of(2, (7,), (2,)), originals=rising, reconstructions=rising[:, ::-1])
    figure = dict(gallery())["reconstructions"](
        scene((7,), look=Look("rows", (-1.0, 3.0)), samples=samples, corrupted=False)
    )
    original, _, back, _ = curves_in(figure)
    assert (np.diff(original[:, 1]) < 0).all(), "rows of an image count from the top"
    assert (np.diff(back[:, 1]) > 0).all()
    assert np.ptp(original[:, 1]) == pytest.approx(21)
    assert original[:, 1].max() < back[:, 1].min(), "reconstructions stand below"


def test_colours_are_drawn_as_they_are_and_other_channels_as_their_mean() -> None:
    colour, many = scene((8, 9, 3), corrupted=False), scene((8, 9, 5), corrupted=False)
    draw = dict(gallery())["worst"]
    (image,) = images_in(draw(colour))
    np.testing.assert_array_equal(cells(image, (8, 9), 4)[0], colour.worst.originals)
    (image,) = images_in(draw(many))
    np.testing.assert_allclose(cells(image, (8, 9), 4)[0], many.worst.originals.mean(axis=3), rtol=1e-6)


def test_numbers_without_bounds_are_drawn_between_their_limits() -> None:
    made_up = scene((8, 9), look=Look("images", (-1.0, 3.0)), corrupted=False)
    (image,) = images_in(dict(gallery())["worst"](made_up))
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
