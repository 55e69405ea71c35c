"""The convolutional VAE; what holds for every family is tested elsewhere."""

import numpy as np
import pytest

from aecli.models.conv_vae import ConvVae


@pytest.mark.usefixtures("tensorflow")
@pytest.mark.parametrize("shape", [(28, 28), (13, 9), (12, 12, 3)])
def test_images_of_any_size_come_back_in_their_size(shape):
    network = ConvVae(filters=(4, 2), hidden=(8,), latent_dim=3).build(shape)
    images = np.random.default_rng(0).random((5, *shape), np.float32)
    codes = network.encode_all(images)
    assert codes.shape == (5, 3)
    assert network.decode_all(codes).shape == images.shape
    assert network.is_generative
    assert network.reconstruction == "sum"
