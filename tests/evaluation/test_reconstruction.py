"""Reconstruction metrics against scikit-image and formulas written out."""

import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from aecli.evaluation.reconstruction import PSNR_CAP, bce, mae, mse, psnr, reconstruction
from aecli.evaluation.ssim import ssim


@pytest.fixture
def pair():
    random = np.random.default_rng(0)
    images = random.random((7, 28, 28), np.float32)
    outputs = np.clip(images + random.normal(0, 0.2, images.shape), 0, 1).astype(np.float32)
    return images, outputs


def test_psnr_is_scikit_images(pair):
    wanted = [peak_signal_noise_ratio(x, y, data_range=1.0) for x, y in zip(*pair, strict=True)]
    np.testing.assert_allclose(psnr(*pair), wanted, rtol=1e-5)


@pytest.mark.parametrize("shape", [(5, 28, 28), (5, 11, 17), (1001, 12, 12)])
def test_ssim_is_scikit_images_gaussian_one(shape):
    random = np.random.default_rng(1)
    images, outputs = random.random(shape, np.float32), random.random(shape, np.float32)
    outputs = 0.6 * images + 0.4 * outputs
    options = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 1.0}
    wanted = [structural_similarity(x, y, **options) for x, y in zip(images, outputs, strict=True)]
    np.testing.assert_allclose(ssim(images, outputs), wanted, rtol=1e-4)


def test_ssim_of_colour_counts_channels_alike():
    random = np.random.default_rng(2)
    images, outputs = random.random((3, 16, 16, 3), np.float32), random.random((3, 16, 16, 3), np.float32)
    options = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 1.0}
    wanted = [
        structural_similarity(x, y, channel_axis=-1, **options) for x, y in zip(images, outputs, strict=True)
    ]
    np.testing.assert_allclose(ssim(images, outputs), wanted, rtol=1e-4, atol=1e-6)


def test_errors_are_means_over_pixels(pair):
    images, outputs = pair
    difference = (images - outputs).reshape(7, -1)
    np.testing.assert_allclose(mse(*pair), (difference**2).mean(axis=1), rtol=1e-6)
    np.testing.assert_allclose(mae(*pair), np.abs(difference).mean(axis=1), rtol=1e-6)


def test_bce_is_the_formula_and_keras(pair):
    import keras

    images, outputs = pair
    wanted = keras.ops.convert_to_numpy(keras.ops.binary_crossentropy(images, outputs)).reshape(7, -1)
    np.testing.assert_allclose(bce(images, outputs), wanted.mean(axis=1), rtol=1e-5)
    assert bce(np.full((1, 1), 0.25, np.float32), np.full((1, 1), 0.5, np.float32)) == pytest.approx(
        np.log(2)
    )


def test_a_perfect_reconstruction_is_capped_and_similar(pair):
    found = reconstruction("r", pair[0], pair[0])
    assert found.metrics["r.psnr"].value == PSNR_CAP
    assert found.metrics["r.ssim"].value == pytest.approx(1.0)
    assert found.metrics["r.mse"].value == 0.0


def test_the_standard_error_is_that_of_a_mean(pair):
    found = reconstruction("r", *pair)
    assert found.metrics["r.mae"].se == pytest.approx(mae(*pair).std(ddof=1) / np.sqrt(7), rel=1e-4)


@pytest.mark.parametrize("shape", [(2, 5, 28), (2, 30)])
def test_what_is_no_image_has_no_ssim_but_a_reason(shape):
    images = np.zeros(shape, np.float32)
    found = reconstruction("r", images, images)
    assert "r.ssim" not in found.metrics
    assert "SSIM" in found.absent["r.ssim"]
