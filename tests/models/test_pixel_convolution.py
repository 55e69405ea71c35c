"""The convolution of a single-channel output: the sums of the ordinary one."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from aecli.models.layers import conv_decoder
from aecli.models.pixel_convolution import to_one_channel


@pytest.mark.parametrize("kernel", [(1, 1), (3, 3), (2, 2), (5, 4)])
@pytest.mark.parametrize("size", [(28, 28), (5, 9)])
def test_it_and_its_gradients_equal_the_ordinary_convolution(
    kernel: tuple[int, int], size: tuple[int, int]
) -> None:
    random = np.random.default_rng(0)
    maps = tf.constant(random.standard_normal((3, *size, 4)), tf.float32)
    weights = tf.constant(random.standard_normal((*kernel, 4, 1)), tf.float32)
    upstream = tf.constant(random.standard_normal((3, *size, 1)), tf.float32)
    results = []
    for convolve in (to_one_channel, lambda x, k: tf.nn.conv2d(x, k, 1, "SAME")):
        with tf.GradientTape() as tape:
            tape.watch([maps, weights])
            image = convolve(maps, weights)
        results.append([image, *tape.gradient(image, [maps, weights], upstream)])
    for ours, ordinary in zip(*results, strict=True):
        np.testing.assert_allclose(ours, ordinary, rtol=1e-4, atol=1e-4)


def test_a_decoder_that_uses_it_is_saved_as_plain_layers(tmp_path: object) -> None:
    code = keras.Input((4, 4, 8))
    image = conv_decoder(code, (8,), 3, "relu", [(8, 8), (4, 4)], (8, 8), "sigmoid")
    decoder = keras.Model(code, image)
    decoder.save(f"{tmp_path}/decoder.keras")
    plain = keras.models.load_model(f"{tmp_path}/decoder.keras")
    codes = np.random.default_rng(0).random((2, 4, 4, 8), np.float32)
    last = [layer for layer in plain.layers if isinstance(layer, keras.layers.Conv2D)][-1]
    assert "convolution_op" not in vars(last)
    np.testing.assert_allclose(decoder(codes), plain(codes), atol=1e-6)
