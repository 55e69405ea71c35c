"""Pictures that a network was trained on tiles of, reconstructed at their own size.

A network of convolutions alone is the same at any size: it is built anew for the whole picture, with the same
weights, and no seam can be seen. Any other one reconstructs tile by tile, which are put together.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.data.framing import Depth, Header, read_picture
from aecli.data.tiles import cut, joined
from aecli.errors import ConfigError, DataError
from aecli.inputs.batch import PassedOver
from aecli.inputs.tiles import TileInputs
from aecli.models.network.autoencoder import NUMBERS_AT_A_TIME, Autoencoder
from aecli.outputs.bar import Bar
from aecli.outputs.picture_folder import PictureFolder
from aecli.outputs.results import PictureResults
from aecli.picture_form import PictureForm
from aecli.trained import TrainedRun
from aecli.usage.functions import reconstructor

Floats = NDArray[np.float32]
Function = Callable[[Floats], Floats]

BUILT = 32
"""Networks that are kept for further pictures of the same size."""
OF_A_SIZE = ("name", "batch_shape", "target_shape")
"""What says of a layer's options only how large the image is."""


def reconstruct_whole(
    run: TrainedRun, inputs: TileInputs, folder: PictureFolder, bar: Bar, passed_over: PassedOver
) -> None:
    """Reconstructs pictures into a folder, each at its own size, by its own name.

    Args:
        run: What reconstructs; it was trained on tiles.
        inputs: The pictures.
        folder: Where the results go.
        bar: Advances by each picture.
        passed_over: Told of those that can't be read, or can't be kept.
    """
    function = whole_reconstructor(run)
    for path, name in zip(inputs.found.paths, inputs.found.names, strict=True):
        try:
            item, form, original = _entered(path, inputs.form)
        except DataError as error:
            passed_over.add(str(error))
            continue
        results = PictureResults(folder, form, digits=1)
        outputs = function(item)[np.newaxis]
        bar.advance(results.add(np.array([name]), outputs, [original], None, passed_over))


def whole_reconstructor(run: TrainedRun) -> Function:
    """What reconstructs one picture of any size, (height, width) or (height, width, channels)."""
    tile = run.network.image_shape[:2]
    function = _by_blocks(run) if is_convolutional(run) else _by_tiles(run)

    def whole(picture: Floats) -> Floats:
        height, width = picture.shape[:2]
        # Mirrored up to whole tiles: then pooling rounds nothing, and it is the network that was trained.
        fill = [(0, -side % step) for side, step in zip((height, width), tile, strict=True)]
        fill += [(0, 0)] * (picture.ndim - 2)
        return function(np.pad(picture, fill, mode="symmetric"))[:height, :width]

    return whole


def is_convolutional(run: TrainedRun) -> bool:
    """Whether a run's network is the same at another size: the same layers, with the same weights."""
    height, width, *channels = run.network.image_shape
    try:
        larger = run.config.model.build((2 * height, 2 * width, *channels))
    except ConfigError:
        return False
    return _layers(larger) == _layers(run.network)


def _entered(path: Path, tiles: PictureForm) -> tuple[Floats, PictureForm, Header]:
    """A picture as the network takes it, its form, and what it was."""
    picture = read_picture(path)
    height, width = picture.shape[:2]
    depth: Depth = 16 if picture.dtype == np.uint16 else 8
    form = tiles.at((height, width))
    (item,) = form.enter(form.framing.frame(picture)[np.newaxis])
    return item, form, Header((height, width), "rgb" if picture.ndim == 3 else "grey", depth)


def _by_blocks(run: TrainedRun) -> Function:
    """The network at the picture's size, or, of one that memory might not hold, at the size of large blocks.

    Blocks overlap by a tile on each side: no pixel farther away was ever seen together in the training.
    """
    weights = run.network.whole.get_weights()

    @lru_cache(BUILT)
    def network_at(shape: tuple[int, ...]) -> Autoencoder:
        network = run.config.model.build(shape)
        network.whole.set_weights(weights)
        return network

    def at_once(picture: Floats) -> Floats:
        network = network_at(picture.shape)
        output: Floats = np.asarray(network.decode(network.encode(picture[np.newaxis])))[0]
        return output

    def by_blocks(picture: Floats) -> Floats:
        if picture.size <= NUMBERS_AT_A_TIME:
            return at_once(picture)
        height, width, *channels = run.network.image_shape
        count = max(1, int((NUMBERS_AT_A_TIME / prod((height, width, *channels))) ** 0.5) - 2)
        whole = np.empty_like(picture)
        for top in range(0, picture.shape[0], count * height):
            for left in range(0, picture.shape[1], count * width):
                above, before = min(top, height), min(left, width)
                inner = np.s_[top : top + count * height, left : left + count * width]
                outer = np.s_[
                    top - above : top + (count + 1) * height, left - before : left + (count + 1) * width
                ]
                tall, wide = whole[inner].shape[:2]
                whole[inner] = at_once(picture[outer])[above : above + tall, before : before + wide]
        return whole

    return by_blocks


def _by_tiles(run: TrainedRun) -> Function:
    """The network on each tile by itself."""
    function, tile, step = reconstructor(run), run.network.image_shape[:2], run.network.batch_size

    def by_tiles(picture: Floats) -> Floats:
        tiles = cut(picture, (tile[0], tile[1]))
        outputs = [function(tiles[start : start + step]) for start in range(0, len(tiles), step)]
        return joined(np.concatenate(outputs), (picture.shape[0], picture.shape[1]))

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
