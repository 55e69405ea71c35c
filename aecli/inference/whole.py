"""Images that a network was trained on tiles of, reconstructed at their own size.

A network of convolutions alone is the same at any size: it is built anew for the whole image, with the same
weights, and no seam can be seen. Any other one reconstructs tile by tile, which are put together.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.core.errors import ConfigError
from aecli.data.tiles import cut, joined
from aecli.inference.functions import reconstructor
from aecli.models.autoencoder import NUMBERS_AT_A_TIME, Autoencoder, in_batches
from aecli.models.build import assemble
from aecli.runs.opened import OpenedRun

Floats = NDArray[np.float32]
Function = Callable[[Floats, Floats | None], Floats]
"""An image (height, width) or (height, width, channels), and its one-hot label → an image."""

BUILT = 32
"""Networks that are kept for further images of the same size."""
OF_A_SIZE = ("name", "batch_shape", "target_shape")
"""What says of a layer's options only how large the image is."""


def whole_reconstructor(run: OpenedRun) -> Function:
    """What reconstructs images of one size, whatever it is: (1, height, width) or (1, height, width, channels)."""
    tile = run.network.sample_shape[:2]
    function = _by_blocks(run) if is_convolutional(run) else _by_tiles(run)

    def whole(images: Floats, told: Floats | None) -> Floats:
        (image,) = images
        height, width = image.shape[:2]
        # Mirrored up to whole tiles: then pooling rounds nothing, and it is the network that was trained.
        fill = [(0, -side % step) for side, step in zip((height, width), tile, strict=True)]
        fill += [(0, 0)] * (image.ndim - 2)
        return function(np.pad(image, fill, mode="symmetric"), told)[np.newaxis, :height, :width]

    return whole


def is_convolutional(run: OpenedRun) -> bool:
    """Whether a run's network is the same at another size: the same layers, with the same weights."""
    if run.classes is not None:  # told at each position, of which there would be others
        return False
    height, width, *channels = run.network.sample_shape
    try:
        larger = assemble(run.config.model, (2 * height, 2 * width, *channels))
    except ConfigError:
        return False
    return _layers(larger) == _layers(run.network)


def _by_blocks(run: OpenedRun) -> Function:
    """The network at the image's size, or, of one that memory might not hold, at the size of large blocks.

    Blocks overlap by a tile on each side: no pixel farther away was ever seen together in the training.
    """
    weights = run.network.autoencoder.get_weights()

    @lru_cache(BUILT)
    def network_at(shape: tuple[int, ...]) -> Autoencoder:
        network = assemble(run.config.model, shape)
        network.autoencoder.set_weights(weights)
        return network

    def at_once(image: Floats) -> Floats:
        network = network_at(image.shape)
        output: Floats = np.asarray(network.decode(network.encode(image[np.newaxis])))[0]
        return output

    def by_blocks(image: Floats, told: Floats | None) -> Floats:
        if image.size <= NUMBERS_AT_A_TIME:
            return at_once(image)
        height, width, *channels = run.network.sample_shape
        count = max(1, int((NUMBERS_AT_A_TIME / prod((height, width, *channels))) ** 0.5) - 2)
        whole = np.empty_like(image)
        for top in range(0, image.shape[0], count * height):
            for left in range(0, image.shape[1], count * width):
                above, before = min(top, height), min(left, width)
                inner = np.s_[top : top + count * height, left : left + count * width]
                outer = np.s_[
                    top - above : top + (count + 1) * height, left - before : left + (count + 1) * width
                ]
                tall, wide = whole[inner].shape[:2]
                whole[inner] = at_once(image[outer])[above : above + tall, before : before + wide]
        return whole

    return by_blocks


def _by_tiles(run: OpenedRun) -> Function:
    """The network on each tile by itself."""
    function, tile, step = reconstructor(run), run.network.sample_shape[:2], run.network.batch_size

    def by_tiles(image: Floats, told: Floats | None) -> Floats:
        tiles = cut(image, (tile[0], tile[1]))
        labels = None if told is None else np.repeat(told, len(tiles), axis=0)
        outputs = in_batches(function, step, tiles, labels)
        return joined(outputs, (image.shape[0], image.shape[1]))

    return by_tiles


def _layers(network: Autoencoder) -> list[Any]:
    """What the layers of a network do, and the shapes of their weights."""
    return [
        (
            type(layer).__name__,
            {name: value for name, value in layer.get_config().items() if name not in OF_A_SIZE},
            [tuple(weight.shape) for weight in layer.weights],
        )
        for part in (network.encoder, network.decoder)
        for layer in part.layers
    ]
