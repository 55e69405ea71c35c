"""Networks with fresh weights, and exporting them."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from aecli.export.destination import ALL
from aecli.export.formats.format import FORMATS
from aecli.models.spec import ModelSpec

if TYPE_CHECKING:
    from aecli.models.network.autoencoder import Autoencoder


def build(spec: ModelSpec, shape: tuple[int, ...]) -> "Autoencoder":
    import keras

    keras.utils.set_random_seed(3)
    return spec.build(shape)


def images(shape: tuple[int, ...], count: int = 7) -> np.ndarray:
    return np.random.default_rng(4).random((count, *shape), np.float32)


def export(
    network: "Autoencoder", name: str, folder: Path, samples: np.ndarray, parts: Any = ALL
) -> dict[str, Any]:
    from aecli.export.export import export_network

    return export_network(network, FORMATS[name](), parts, samples, folder)
