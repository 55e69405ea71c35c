"""Black and white images, drawn from greys."""

from typing import Any, cast

import numpy as np
import pytest

from aecli.core.seeds import Role, number
from aecli.data.binarize import ROWS, drawn_once, redraw
from aecli.data.facts import Facts, fingerprints
from aecli.data.sources.mnist import Mnist
from aecli.data.sources.source import DATA_SETS, GreyImages, RawData
from aecli.data.splits import DataSet, prepare
from aecli.data.stored import Stored

GREYS = np.random.default_rng(0).integers(0, 256, (300, 6, 5), np.uint8)
SCALED = GREYS / np.float32(255)
FIELDS = ("train", "validation", "test")

pytestmark = pytest.mark.usefixtures("tensorflow")


def data(binarize: Any = None, seed: int = 3, **options: Any) -> DataSet:
    stored = Stored(GREYS, np.arange(300) % 10)
    parts = stored.take(slice(200)), stored.take(slice(200, None))
    return prepare(RawData(*parts, Mnist(binarize=binarize, **options), "made up"), seed)


def is_binary(samples: np.ndarray) -> bool:
    return samples.dtype == np.float32 and set(samples.flat) <= {0.0, 1.0}


def test_pixels_become_white_with_the_probability_of_their_grey() -> None:
    greys = np.tile(np.linspace(0, 1, 11, dtype=np.float32), (20_000, 1))
    white = np.asarray(redraw(greys, [1, 2])).mean(axis=0)
    assert (white[0], white[-1]) == (0.0, 1.0)
    chance = greys[0].astype(np.float64)
    assert (abs(white - chance) <= 4 * (chance * (1 - chance) / 20_000) ** 0.5).all()


def test_the_seed_alone_decides() -> None:
    one = np.asarray(redraw(SCALED, [1, 2]))
    assert is_binary(one)
    np.testing.assert_array_equal(redraw(SCALED, [1, 2]), one)
    for other in ([1, 3], [2, 2]):
        assert (np.asarray(redraw(SCALED, other)) != one).mean() > 0.1


@pytest.mark.parametrize("xla", [False, True])
def test_a_compiled_step_draws_the_same(xla: bool, tensorflow: Any) -> None:
    compiled = tensorflow.function(redraw, jit_compile=xla)
    inside = compiled(tensorflow.constant(SCALED), tensorflow.constant([1, 2]))
    np.testing.assert_array_equal(inside, redraw(SCALED, [1, 2]))


def test_large_arrays_are_drawn_in_blocks_as_at_once() -> None:
    greys = np.random.default_rng(1).random((2 * ROWS + 7, 3), np.float32)
    drawn = drawn_once(greys, [1, 2])
    np.testing.assert_array_equal(drawn, redraw(greys, [1, 2]))
    np.testing.assert_array_equal(drawn_once(greys[:-9], [1, 2]), drawn[:-9])
    assert drawn_once(greys[:0], [1, 2]).shape == (0, 3)


def test_by_default_greys_stay() -> None:
    grey = data()
    np.testing.assert_array_equal(grey.train.samples, SCALED[:200])
    assert grey.redraw is None
    assert grey.record["binarized"] is None


def test_static_draws_all_once() -> None:
    one, again, other = (
        data("static", validation_split=0.2),
        data("static", validation_split=0.2),
        data("static", 4),
    )
    assert one.redraw is None
    for part in FIELDS:
        samples = getattr(one, part).samples
        assert is_binary(samples)
        np.testing.assert_array_equal(getattr(again, part).samples, samples)
    assert (other.test.samples != one.test.samples).any()
    # Each part has draws of its own: pixel by pixel they have nothing to do with one another.
    greys = data(validation_split=0.2)
    errors = [(getattr(one, part).samples - getattr(greys, part).samples)[:40].ravel() for part in FIELDS]
    assert abs(np.corrcoef(errors)[np.triu_indices(3, 1)]).max() < 4 / 1200**0.5


def test_dynamic_keeps_the_greys_of_training_images_and_says_how_to_draw() -> None:
    dynamic, static, grey = (data(mode, validation_split=0.2) for mode in ("dynamic", "static", None))
    np.testing.assert_array_equal(dynamic.train.samples, grey.train.samples)
    assert dynamic.validation is not None
    assert static.validation is not None
    np.testing.assert_array_equal(dynamic.validation.samples, static.validation.samples)
    np.testing.assert_array_equal(dynamic.test.samples, static.test.samples)
    assert dynamic.redraw is not None
    steps = [
        np.asarray(dynamic.redraw(dynamic.train.samples, [number(3, Role.TRAINING_BINARIZATION), step]))
        for step in range(2)
    ]
    assert all(is_binary(drawn) for drawn in steps)
    assert (steps[0] != steps[1]).any()


@pytest.mark.parametrize("mode", ["static", "dynamic"])
def test_neither_limit_nor_validation_changes_the_test_images(mode: str) -> None:
    whole = data(mode).test.samples
    np.testing.assert_array_equal(data(mode, limit=37).test.samples, whole[:37])
    np.testing.assert_array_equal(data(mode, validation_split=0.5).test.samples, whole)


def test_the_record_says_it_and_only_alike_samples_compare() -> None:
    grey, static, dynamic = (data(mode).record for mode in (None, "static", "dynamic"))
    assert [record.get("binarized") for record in (grey, static, dynamic)] == [None, "static", "dynamic"]
    assert grey["test_fingerprint"] == static["test_fingerprint"] == dynamic["test_fingerprint"]
    assert fingerprints(grey) == (grey["train_fingerprint"], grey["test_fingerprint"])
    assert len({fingerprints(record)[0] for record in (grey, static, dynamic)}) == 3
    assert fingerprints(static)[1] == fingerprints(dynamic)[1] != fingerprints(grey)[1]
    older = cast("Facts", {name: value for name, value in grey.items() if name != "binarized"})
    assert fingerprints(older) == fingerprints(grey)


def test_all_data_sets_of_grey_images_have_the_option() -> None:
    found = [name for name, source in DATA_SETS.items() if issubclass(source, GreyImages)]
    assert found == ["fashion_mnist", "mnist", "mnist5k"]
