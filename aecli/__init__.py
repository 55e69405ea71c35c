"""Autoencoder experiments from the command line: one YAML file in, a run folder that explains itself out.

From Python, `aecli.train` and `aecli.load_run` give a run to use, and `aecli.MODELS` registers a model family
of one's own. docs/PYTHON.md has examples. Each of these names is imported when it is first asked for, because
the command line must start without TensorFlow.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aecli.api import Run, load_run, train
    from aecli.models.network.autoencoder import Autoencoder
    from aecli.models.network.code import GaussianCode, PlainCode
    from aecli.models.spec import MODELS, ModelSpec

__version__ = "0.1.0"
__all__ = [
    "MODELS",
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
    "Autoencoder": "aecli.models.network.autoencoder",
    "GaussianCode": "aecli.models.network.code",
    "PlainCode": "aecli.models.network.code",
    "MODELS": "aecli.models.spec",
    "ModelSpec": "aecli.models.spec",
}


def __getattr__(name: str) -> Any:
    """Imports what is asked for."""
    if name not in _PLACES:
        raise AttributeError(f"module 'aecli' has no attribute '{name}'")
    if _PLACES[name].startswith("aecli.models.network"):
        import_module("aecli.backend").load()
    return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    """All that can be asked for."""
    return sorted([*globals(), *_PLACES])
