"""What a network is shown of samples, and what is expected of it."""

from typing import Any

import numpy as np
import pytest

from aecli.core.seeds import Role, number
from aecli.data.corruption import CORRUPTIONS, Corruption, Gaussian, Masking
from aecli.data.examples import Examples, evaluation_examples, training_corruption, training_examples
from aecli.data.scaling import PIXELS
from aecli.data.splits import Split
from aecli.data.stored import OnDisk, Stored

IMAGES = np.random.default_rng(0).integers(0, 256, (20, 3, 5), np.uint8)
STAYS = Masking(fraction=0.5, resample=False)

pytestmark = pytest.mark.usefixtures("tensorflow")


@pytest.fixture
def split() -> Split:
    return Split.of(Stored(IMAGES, np.arange(20)), PIXELS)


@pytest.fixture
def streamed() -> Split:
    """The same from what stands for a file."""
    return Split.of(Stored(OnDisk(IMAGES), np.arange(20)), PIXELS)


def test_without_noise_what_goes_in_is_the_very_thing_that_should_come_out(split: Split) -> None:
    for examples in (
        Examples.clean(split),
        training_examples(None, 0, split),
        evaluation_examples(None, 0, split),
        training_examples(Gaussian(), 0, split),  # its noise is drawn in each step
    ):
        assert examples.inputs is examples.targets is split.samples
        assert len(examples) == 20


def test_noise_of_each_step_is_the_corruptions_and_other_noise_is_in_the_inputs_already() -> None:
    gaussian = Gaussian(stddev=0.3)
    assert training_corruption(gaussian) is gaussian
    assert training_corruption(None) is None
    assert training_corruption(STAYS) is None


def test_noise_that_stays_is_the_same_each_time_and_another_one_in_the_evaluation(split: Split) -> None:
    trained, again = (training_examples(STAYS, 7, split) for _ in range(2))
    evaluated = evaluation_examples(STAYS, 7, split)
    np.testing.assert_array_equal(again.inputs, trained.inputs)
    np.testing.assert_array_equal(evaluation_examples(STAYS, 7, split).inputs, evaluated.inputs)
    different = [
        trained.inputs,
        evaluated.inputs,
        training_examples(STAYS, 8, split).inputs,
        evaluation_examples(STAYS, 8, split).inputs,
    ]
    for i, one in enumerate(different):
        # Masking hides a number or leaves it as it is.
        assert ((one == 0) | (one == split.samples)).all()
        assert 0.2 < (one == 0).mean() < 0.8
        assert all((one != other).any() for other in different[:i])
    for examples in (trained, evaluated):
        assert examples.targets is split.samples


def test_the_evaluations_noise_is_fixed_where_the_trainings_is_not(split: Split) -> None:
    noisy = Gaussian(stddev=0.2, resample=True)
    expected = noisy.apply(split.samples, [number(3, Role.EVALUATION_CORRUPTION), 0])
    np.testing.assert_array_equal(evaluation_examples(noisy, 3, split).inputs, expected)


def test_weights_of_padded_sequences_come_along() -> None:
    stored = Stored(np.ones((2, 4, 1), np.float32), lengths=np.array([4, 2]))
    split = Split.of(stored, PIXELS)
    for corruption in (None, STAYS):
        weights = evaluation_examples(corruption, 0, split).weights
        assert weights is not None
        assert weights.tolist() == [[1, 1, 1, 1], [1, 1, 0, 0]]


@pytest.mark.parametrize("corruption", [entry(resample=False) for _, entry in CORRUPTIONS.items()])
@pytest.mark.parametrize("make", [training_examples, evaluation_examples])
def test_what_is_streamed_has_the_noise_that_it_would_have_in_memory(
    make: Any, corruption: Corruption, split: Split, streamed: Split
) -> None:
    held, read = make(corruption, 5, split), make(corruption, 5, streamed)
    assert len(read) == 20
    assert read.inputs.shape == held.inputs.shape
    for rows in (
        slice(None),
        slice(3, 9),
        slice(15, 99),
        slice(4, 4),
        slice(None, None, -3),
        np.random.default_rng(1).permutation(20),
        np.array([7, 7, 8, -1]),
        np.array([], int),
    ):
        np.testing.assert_array_equal(read.inputs[rows], held.inputs[rows])
        np.testing.assert_array_equal(read.targets[rows], held.targets[rows])
        if corruption.hides:
            np.testing.assert_array_equal(read.hidden[rows], held.hidden[rows])


@pytest.mark.parametrize("patch", [1, 2])
def test_examples_say_what_was_hidden_once_and_for_all(split: Split, patch: int) -> None:
    stays = Masking(fraction=0.5, patch=patch, resample=False)
    trained, evaluated = training_examples(stays, 7, split), evaluation_examples(stays, 7, split)
    for examples in (trained, evaluated):
        assert examples.hidden is not None
        np.testing.assert_array_equal(examples.inputs, np.where(examples.hidden == 1, 0, split.samples))
    assert (trained.hidden != evaluated.hidden).any()


def test_examples_say_nothing_where_nothing_is_hidden_once_and_for_all(split: Split) -> None:
    anew = Masking(fraction=0.5, resample=True)
    assert training_examples(anew, 7, split).hidden is None
    assert evaluation_examples(anew, 7, split).hidden is not None
    assert evaluation_examples(Gaussian(), 7, split).hidden is None
    assert evaluation_examples(None, 7, split).hidden is None
