from typing import Any, get_args

import numpy as np
import pytest

from aecli.models.latents.plain import Plain
from aecli.models.networks.conv import Conv
from aecli.models.networks.dense import Dense
from aecli.objectives.distortion import Distortion, Error
from aecli.objectives.reconstruction import Reconstruction
from tests.objectives.made_up import batch, costs, images

pytestmark = pytest.mark.usefixtures("tensorflow")

ERRORS: list[Any] = [name for name in get_args(Error) if name != "ssim"]


@pytest.mark.parametrize("loss", ERRORS)
def test_without_a_penalty_the_error_of_what_comes_out_is_all(loss: Any) -> None:
    network, parts = costs(Conv(filters=(4,)), Reconstruction(loss=loss))
    outputs = np.asarray(network.autoencoder(images()))
    expected = np.asarray(Distortion.of(loss).losses(images(), outputs))
    assert list(parts) == ["reconstruction", "total"]
    np.testing.assert_allclose(parts["reconstruction"], expected, rtol=1e-4)
    np.testing.assert_array_equal(parts["total"], parts["reconstruction"])


def test_the_loss_of_bright_pixels_is_the_mean_cross_entropy() -> None:
    network, parts = costs(Dense(), Reconstruction())
    outputs, targets = np.asarray(network.autoencoder(images()), np.float64), images().astype(np.float64)
    entropy = -(targets * np.log(outputs) + (1 - targets) * np.log(1 - outputs))
    np.testing.assert_allclose(parts["total"], entropy.mean(axis=(1, 2)), rtol=1e-5)


def test_what_should_come_out_is_the_target_and_not_the_input() -> None:
    noisy = images(seed=1)
    network, parts = costs(Dense(), Reconstruction(loss="mse"), batch(noisy, images()))
    outputs = np.asarray(network.autoencoder(noisy))
    expected = np.square(images() - outputs).mean(axis=(1, 2))
    np.testing.assert_allclose(parts["reconstruction"], expected, rtol=1e-5)


def test_what_the_latent_costs_comes_on_top() -> None:
    model = Dense(latent=Plain(dim=5, activation="relu", activity_l1=0.02))
    network, parts = costs(model, Reconstruction())
    assert list(parts) == ["reconstruction", "activity_penalty", "total"]
    latents = np.asarray(network.encode(images()))
    np.testing.assert_allclose(parts["activity_penalty"], 0.02 * np.abs(latents).sum(axis=1), rtol=1e-5)
    np.testing.assert_allclose(parts["total"], parts["reconstruction"] + parts["activity_penalty"], rtol=1e-6)
