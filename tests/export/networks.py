"""Networks with fresh weights, and exporting them."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from aecli.export.destination import ALL
from aecli.export.formats.format import FORMATS
from aecli.models.networks.network import Network

if TYPE_CHECKING:
    from aecli.models.autoencoder import Autoencoder


def built(model: Network, shape: tuple[int, ...], classes: int = 0) -> "Autoencoder":
    import keras

    from aecli.models.build import build

    keras.utils.set_random_seed(3)
    return build(model, shape, classes)


def images(shape: tuple[int, ...], count: int = 7) -> np.ndarray:
    return np.random.default_rng(4).random((count, *shape), np.float32)


def export(
    network: "Autoencoder",
    name: str,
    folder: Path,
    samples: np.ndarray,
    parts: Any = ALL,
    labels: np.ndarray | None = None,
) -> dict[str, Any]:
    from aecli.export.export import export_network

    return export_network(network, FORMATS[name](), parts, samples, labels, folder)
