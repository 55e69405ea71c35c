"""Networks on disk: saved whole, loaded as weights only.

A `.keras` file can hold code. Ours are never deserialised: the network is built from the run's checked
config, and the file gives it numbers.
"""

from __future__ import annotations

import hashlib
import os
import warnings
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aecli.core.errors import RunError

if TYPE_CHECKING:
    from aecli.models.autoencoder import Autoencoder

SLACK_BYTES = 2**24
"""What a saved network may hold beside its numbers: names, groups, the build."""


def save_network(model: Any, path: Path) -> None:
    """Saves a Keras model so that `path` is always a whole file.

    Args:
        model: The model.
        path: A path that ends in `.keras`.
    """
    temporary = path.with_name(f".{path.name}")
    try:
        model.save(temporary)
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    except RuntimeError as error:  # what HDF5 makes of a full disk
        raise OSError(f"{path.name} could not be written: {error}") from error
    finally:
        temporary.unlink(missing_ok=True)


def weights_hash(network: Autoencoder) -> str:
    """A hash of all weights of an autoencoder: equal weights, equal hash.

    Returns:
        The first 16 hexadecimal digits of a SHA-256.
    """
    digest = hashlib.sha256()
    for weights in (*network.encoder.get_weights(), *network.decoder.get_weights()):
        digest.update(f"{weights.dtype.str}{weights.shape}".encode())
        digest.update(weights.tobytes())
    return digest.hexdigest()[:16]


def load_weights(model: Any, path: Path) -> None:
    """Puts the weights of a saved model into one of the same build.

    Raises:
        RunError: The file is missing, damaged, or of another network.
    """
    if not path.is_file():
        raise RunError(f"{path}: no such checkpoint")
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
        if unpacked > SLACK_BYTES + 8 * model.count_params():
            raise ValueError(f"it unpacks to {unpacked:,} bytes, far more than this network's weights")
        with warnings.catch_warnings():
            # Keras only warns where a file doesn't fit and leaves layers as they were initialised.
            warnings.simplefilter("error", UserWarning)
            model.load_weights(path)
    except (OSError, ValueError, KeyError, TypeError, UserWarning, zipfile.BadZipFile) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise RunError(f"{path}: can't be read as this run's network: {reason}") from error
