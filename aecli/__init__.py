"""Autoencoder experiments from the command line: one YAML file in, a run folder that explains itself out.

From Python, `aecli.train` and `aecli.load_run` give a run to use, and `aecli.MODELS` registers a model family
of one's own. docs/PYTHON.md has examples. Each of these names is imported when it is first asked for, because
the command line must start without TensorFlow.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aecli.api import Run, load_run, train
    from aecli.core.errors import AecliError
    from aecli.models.network.autoencoder import Autoencoder
    from aecli.models.network.code import GaussianCode, PlainCode
    from aecli.models.spec import MODELS, ModelSpec

__all__ = [
    "MODELS",
    "AecliError",
    "Autoencoder",
    "GaussianCode",
    "ModelSpec",
    "PlainCode",
    "Run",
    "load_run",
    "train",
]

_PLACES = {
    "Run": "aecli.api",
    "load_run": "aecli.api",
    "train": "aecli.api",
    "AecliError": "aecli.core.errors",
    "Autoencoder": "aecli.models.network.autoencoder",
    "GaussianCode": "aecli.models.network.code",
    "PlainCode": "aecli.models.network.code",
    "MODELS": "aecli.models.spec",
    "ModelSpec": "aecli.models.spec",
}


def __getattr__(name: str) -> Any:
    """Imports what is asked for."""
    if name == "__version__":
        return import_module("importlib.metadata").version("aecli")
    if name not in _PLACES:
        raise AttributeError(f"module 'aecli' has no attribute '{name}'")
    if _PLACES[name].startswith("aecli.models.network"):
        import_module("aecli.core.backend").load()
    return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    """All that can be asked for."""
    return sorted([*globals(), *_PLACES])
