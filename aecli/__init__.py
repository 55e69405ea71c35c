"""Autoencoder experiments from the command line: one YAML file in, a run folder that explains itself out.

From Python, `aecli.train` and `aecli.load_run` give a run to use, and `aecli.NETWORKS` and its like register
things of one's own. docs/PYTHON.md has examples. Each of these names is imported when it is first asked for, because
the command line must start without TensorFlow.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aecli.api import Run, load_run, train
    from aecli.core.errors import AecliError
    from aecli.data.corruption import CORRUPTIONS, Corruption
    from aecli.data.sources.source import DATA_SETS, DataSource, RawData
    from aecli.data.stored import Stored
    from aecli.evaluation.metrics import METRICS
    from aecli.evaluation.report import Findings
    from aecli.evaluation.subject import Subject
    from aecli.figures.gallery import FIGURES
    from aecli.figures.scene import Scene
    from aecli.models.autoencoder import Autoencoder
    from aecli.models.latents.latent import LATENTS, Draw, Head, Latent, Step
    from aecli.models.networks.network import NETWORKS, Network
    from aecli.objectives.objective import OBJECTIVES, Objective, Training
    from aecli.training.loss import Terms, TrainingBatch
    from aecli.training.optimizers import OPTIMIZERS, Optimizer
    from aecli.training.schedules import SCHEDULES, Schedule

_PLACES = {
    "Run": "aecli.api",
    "load_run": "aecli.api",
    "train": "aecli.api",
    "AecliError": "aecli.core.errors",
    "CORRUPTIONS": "aecli.data.corruption",
    "Corruption": "aecli.data.corruption",
    "DATA_SETS": "aecli.data.sources.source",
    "DataSource": "aecli.data.sources.source",
    "RawData": "aecli.data.sources.source",
    "Stored": "aecli.data.stored",
    "METRICS": "aecli.evaluation.metrics",
    "Findings": "aecli.evaluation.report",
    "Subject": "aecli.evaluation.subject",
    "FIGURES": "aecli.figures.gallery",
    "Scene": "aecli.figures.scene",
    "Autoencoder": "aecli.models.autoencoder",
    "LATENTS": "aecli.models.latents.latent",
    "Draw": "aecli.models.latents.latent",
    "Head": "aecli.models.latents.latent",
    "Latent": "aecli.models.latents.latent",
    "Step": "aecli.models.latents.latent",
    "NETWORKS": "aecli.models.networks.network",
    "Network": "aecli.models.networks.network",
    "OBJECTIVES": "aecli.objectives.objective",
    "Objective": "aecli.objectives.objective",
    "Training": "aecli.objectives.objective",
    "Terms": "aecli.training.loss",
    "TrainingBatch": "aecli.training.loss",
    "OPTIMIZERS": "aecli.training.optimizers",
    "Optimizer": "aecli.training.optimizers",
    "SCHEDULES": "aecli.training.schedules",
    "Schedule": "aecli.training.schedules",
}
_NEED_TENSORFLOW = ("Autoencoder", "Subject")

__all__ = [
    "CORRUPTIONS",
    "DATA_SETS",
    "FIGURES",
    "LATENTS",
    "METRICS",
    "NETWORKS",
    "OBJECTIVES",
    "OPTIMIZERS",
    "SCHEDULES",
    "AecliError",
    "Autoencoder",
    "Corruption",
    "DataSource",
    "Draw",
    "Findings",
    "Head",
    "Latent",
    "Network",
    "Objective",
    "Optimizer",
    "RawData",
    "Run",
    "Scene",
    "Schedule",
    "Step",
    "Stored",
    "Subject",
    "Terms",
    "Training",
    "TrainingBatch",
    "load_run",
    "train",
]


def __getattr__(name: str) -> Any:
    """Imports what is asked for."""
    if name == "__version__":
        return import_module("importlib.metadata").version("aecli")
    if name not in _PLACES:
        raise AttributeError(f"module 'aecli' has no attribute '{name}'")
    if name in _NEED_TENSORFLOW:
        import_module("aecli.core.backend").load()
    return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    """All that can be asked for."""
    return sorted([*globals(), *_PLACES])
