"""Baselines against scikit-learn and Pillow."""

import io

import numpy as np
import pytest
from PIL import Image

from aecli.evaluation.components import principal_components
from aecli.evaluation.jpeg import HEADERS, compress, no_jpeg, scan_size, through_jpeg


def blobs(count, size=28):
    """Smooth images, as JPEG and PCA like them."""
    random = np.random.default_rng(0)
    y, x = np.mgrid[:size, :size]
    centres = random.uniform(6, size - 6, (count, 2, 1, 1))
    return np.exp(-((y - centres[:, 0]) ** 2 + (x - centres[:, 1]) ** 2) / 20).astype(np.float32)


@pytest.mark.parametrize(("count", "size"), [(300, 14), (20, 28)], ids=["many", "few large ones"])
def test_principal_components_are_scikit_learns(count, size, monkeypatch):
    from sklearn.decomposition import PCA

    monkeypatch.setattr("aecli.evaluation.components.NUMBERS_AT_A_TIME", 4000)
    images = blobs(count, size)
    flat = images.reshape(count, -1)
    found = principal_components(images, 5)
    wanted = PCA(5, svd_solver="full").fit(flat.astype(np.float64))
    np.testing.assert_allclose(found.mean, wanted.mean_, atol=1e-12)
    np.testing.assert_allclose(found.axes @ found.axes.T, np.eye(5), atol=1e-6)
    ours = found.through(images)
    assert ours.shape == images.shape
    theirs = wanted.inverse_transform(wanted.transform(flat))
    np.testing.assert_allclose(ours.reshape(count, -1), theirs, atol=1e-6)


def test_samples_that_are_all_equal_are_their_own_components():
    images = np.repeat(blobs(1), 30, axis=0)
    np.testing.assert_allclose(principal_components(images, 5).through(images), images, atol=1e-6)


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


@pytest.mark.parametrize("shape", [(28, 28), (16, 8), (19, 45, 1), (20, 31, 3)], ids=str)
@pytest.mark.parametrize("header", HEADERS)
def test_images_come_back_as_from_files_of_their_own(shape, header, monkeypatch):
    monkeypatch.setattr("aecli.evaluation.jpeg.TALLEST", 100)  # a strip takes some of the images
    images = np.random.default_rng(0).random((7, *shape), np.float32)
    outputs, quality, size = through_jpeg(images, 300, header)
    pixels = [np.round(image * 255).astype(np.uint8).squeeze() for image in images]
    files = [compress(image, quality, header) for image in pixels]
    alone = np.stack([np.asarray(Image.open(io.BytesIO(file))) for file in files])
    np.testing.assert_array_equal(outputs, alone.reshape(images.shape) / np.float32(255))
    assert size == np.mean([len(file) if header == "with_header" else scan_size(file) for file in files])


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
