"""Networks on disk: saved whole, loaded as weights only.

A `.keras` file can hold code. Ours are never deserialised: the network is built from the run's checked
config, and the file gives it numbers.
"""

import os
from pathlib import Path
from typing import Any

from aecli.errors import RunError


def save_network(model: Any, path: Path) -> None:
    """Saves a Keras model so that `path` is always a whole file.

    Args:
        model: The model.
        path: A path that ends in `.keras`.
    """
    temporary = path.with_name(f".{path.name}")
    model.save(temporary)
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    temporary.replace(path)


def load_weights(model: Any, path: Path) -> None:
    """Puts the weights of a saved model into one of the same build.

    Raises:
        RunError: The file is missing, damaged, or of another network.
    """
    if not path.is_file():
        raise RunError(f"{path}: no such checkpoint")
    try:
        model.load_weights(path)
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise RunError(f"{path}: can't be read as this run's network: {reason}") from error
