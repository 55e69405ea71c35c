"""The image of an epoch: samples over what the network makes of them."""

from pathlib import Path

import numpy as np
import pytest

from aecli.core.seeds import Role, number
from aecli.experiment.epoch_image import EpochImage, epoch_image
from aecli.experiment.prepare import Experiment, prepare_experiment
from tests.data.own import save_tables, waves
from tests.whole_runs import DENOISING, DENSE, config

pytestmark = pytest.mark.usefixtures("tensorflow", "mnist")


def image_of(experiment: Experiment) -> EpochImage:
    return epoch_image(experiment)


def cells(pixels: np.ndarray) -> np.ndarray:
    """An image of digits cut up again, (rows, columns, 28, 28)."""
    height, width, channels = pixels.shape
    assert (height % 28, width % 28, channels) == (0, 0, 1)
    return pixels.reshape(height // 28, 28, width // 28, 28).swapaxes(1, 2)


def as_pixels(samples: np.ndarray) -> np.ndarray:
    return np.round(samples * 255).astype(np.uint8)


def test_one_sample_of_each_class_stands_over_its_reconstruction() -> None:
    experiment = prepare_experiment(config(DENSE))
    image, test = image_of(experiment), experiment.data.test
    assert test.labels is not None
    chosen = [int(np.flatnonzero(test.labels == label)[0]) for label in range(10)]
    outputs = np.asarray(experiment.network.autoencoder(test.samples[chosen]))
    above, below = cells(image.draw(image.reconstruct()))
    np.testing.assert_array_equal(above, as_pixels(test.samples[chosen]))
    assert np.abs(below.astype(int) - as_pixels(outputs)).max() <= 1
    assert below.std() > 0


def test_noise_stands_over_both_and_is_that_of_the_evaluation() -> None:
    experiment = prepare_experiment(config(DENOISING))
    image, corruption = image_of(experiment), experiment.config.corruption
    assert corruption is not None
    noisy, clean, below = cells(image.draw(image.reconstruct()))
    samples = experiment.data.test.samples[:10]  # whose labels are 0 to 9
    expected = np.asarray(corruption.apply(samples, [number(0, Role.EVALUATION_CORRUPTION), 0]))
    np.testing.assert_array_equal(clean, as_pixels(samples))
    np.testing.assert_array_equal(noisy, as_pixels(expected))
    outputs = np.asarray(experiment.network.autoencoder(expected))
    assert np.abs(below.astype(int) - as_pixels(outputs)).max() <= 1


def test_the_network_is_looked_at_as_it_is_now() -> None:
    experiment = prepare_experiment(config(DENSE))
    image, network = image_of(experiment), experiment.network.autoencoder
    before = image.reconstruct()
    network.set_weights([np.zeros_like(weights) for weights in network.get_weights()])
    after = image.reconstruct()
    assert before.std() > 0
    np.testing.assert_array_equal(after, np.full((10, 28, 28), 0.5, np.float32))


def test_of_fewer_samples_all_are_shown() -> None:
    image = image_of(prepare_experiment(config(DENSE + "data: {limit: 3}\n")))
    assert cells(image.draw(image.reconstruct())).shape == (2, 3, 28, 28)


def test_sequences_are_drawn_as_curves(tmp_path: Path) -> None:
    save_tables(tmp_path / "waves", waves(12))
    text = (
        "model: {type: lstm, encoder_units: 2}\n"
        f"data: {{name: sequences, path: '{tmp_path / 'waves'}', length: pad, range: [-2, 2]}}\n"
    )
    image = image_of(prepare_experiment(config(text)))
    targets = image.few.targets
    drawn, again = image.draw(targets), image.draw(targets)
    np.testing.assert_array_equal(drawn, again)
    assert drawn.shape[2] == 3
    # Other reconstructions make another lower half, and the same upper one.
    other = image.draw(np.full_like(targets, 0.5))
    half = len(drawn) // 2
    assert (drawn[half:] != other[half:]).any()
    np.testing.assert_array_equal(drawn[: half - 5], other[: half - 5])
