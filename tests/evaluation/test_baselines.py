"""Baselines against scikit-learn and Pillow."""

import numpy as np
import pytest

from aecli.evaluation.baselines import principal_components
from aecli.evaluation.jpeg import HEADERS, compress, no_jpeg, scan_size, through_jpeg


def blobs(count, size=28):
    """Smooth images, as JPEG and PCA like them."""
    random = np.random.default_rng(0)
    y, x = np.mgrid[:size, :size]
    centres = random.uniform(6, size - 6, (count, 2, 1, 1))
    return np.exp(-((y - centres[:, 0]) ** 2 + (x - centres[:, 1]) ** 2) / 20).astype(np.float32)


def test_principal_components_are_scikit_learns():
    from sklearn.decomposition import PCA

    flat = blobs(60, 14).reshape(60, -1)
    found = principal_components(flat, 5)
    wanted = PCA(5, svd_solver="full").fit(flat)
    np.testing.assert_allclose(found.mean_, wanted.mean_, atol=1e-6)
    ours = found.inverse_transform(found.transform(flat))
    np.testing.assert_allclose(ours, wanted.inverse_transform(wanted.transform(flat)), atol=1e-4)


def test_principal_components_of_few_large_images_are_scikit_learns_too():
    from sklearn.decomposition import PCA

    flat = blobs(20).reshape(20, -1)
    found = principal_components(flat, 5)
    wanted = PCA(5, svd_solver="full").fit(flat)
    np.testing.assert_allclose(found.components_ @ found.components_.T, np.eye(5), atol=1e-4)
    ours = found.inverse_transform(found.transform(flat))
    np.testing.assert_allclose(ours, wanted.inverse_transform(wanted.transform(flat)), atol=1e-4)


@pytest.mark.parametrize("header", HEADERS)
def test_jpeg_comes_as_near_to_the_size_as_it_can(header):
    images = blobs(10)
    sizes = [through_jpeg(images, wanted, header)[2] for wanted in (1, 100, 200, 10_000)]
    assert sizes == sorted(sizes)
    outputs, quality, _ = through_jpeg(images, 10_000, header)
    assert quality == 95
    assert outputs.shape == images.shape
    assert np.abs(outputs - images).max() < 0.05
    if header == "without_header":
        assert abs(sizes[1] - 100) < 15


def test_the_scan_is_what_is_left_without_the_headers():
    image = (blobs(1)[0] * 255).astype(np.uint8)
    file = compress(image, 50, "without_header")
    assert 0 < scan_size(file) < 200
    assert len(file) - scan_size(file) > 300  # two quantisation and Huffman tables
    assert len(compress(image, 50, "with_header")) < len(file)


def test_colour_comes_back_in_colour():
    images = np.stack([blobs(2)] * 3, axis=-1)
    assert through_jpeg(images, 300, "with_header")[0].shape == images.shape


def test_what_jpeg_cannot_hold_has_a_reason():
    assert no_jpeg((28, 28)) is None
    assert "JPEG" in str(no_jpeg((28, 28, 4)))
    assert "JPEG" in str(no_jpeg((28,)))
