"""What the outermost layers of a network have learned, as images."""

from math import prod
from typing import Any

import numpy as np
from keras import ops
from numpy.typing import NDArray

from aecli.models.autoencoder import Autoencoder

Floats = NDArray[np.float32]


def filters(network: Autoencoder) -> Floats | None:
    """What each unit or channel of the first layer looks for, (count, height, width, channels).

    None where that layer sees no image: of networks of sequences, rows or patches.
    """
    kernel = _kernel(network.encoder.layers)
    shape = _image_shape(network)
    if kernel is None or shape is None:
        return None
    if kernel.ndim == 4:  # behind the channels of the image stand those of a condition
        return np.moveaxis(kernel[:, :, : shape[2]], 3, 0)
    return kernel[: prod(shape)].T.reshape(-1, *shape) if len(kernel) >= prod(shape) else None


def atoms(network: Autoencoder) -> Floats | None:
    """What each unit or channel before the last layer adds to an image, (count, height, width, channels).

    None where that layer makes no image.
    """
    kernel = _kernel(network.decoder.layers[::-1])
    shape = _image_shape(network)
    if kernel is None or shape is None:
        return None
    if kernel.ndim == 4:
        return np.moveaxis(kernel, 2, 0) if kernel.shape[3] == shape[2] else None
    return kernel.reshape(-1, *shape) if kernel.shape[1] == prod(shape) else None


def _kernel(layers: list[Any]) -> Floats | None:
    """The kernel of the first layer that has weights; None where it is neither dense nor a convolution."""
    weighted = next((layer for layer in layers if layer.weights), None)
    kernel = getattr(weighted, "kernel", None)
    return None if kernel is None or kernel.ndim not in (2, 4) else np.asarray(ops.convert_to_numpy(kernel))


def _image_shape(network: Autoencoder) -> tuple[int, int, int] | None:
    """Height, width and channels of a sample; None where it is no image."""
    shape = network.sample_shape
    if len(shape) < 2:
        return None
    return (shape[0], shape[1], shape[2] if len(shape) == 3 else 1)
