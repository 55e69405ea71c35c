"""Whole runs on made-up digits, for the tests that stop, break and repeat them."""

import csv
import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from aecli.config.load import check
from aecli.config.overrides import Override
from aecli.config.schema import Config
from aecli.config.yaml_text import parse
from aecli.core import log
from aecli.runs.folder import RunFolder
from aecli.runs.opened import OpenedRun, open_run

DENSE = "model: {type: dense, latent: {dim: 8, activation: relu}}\ntraining: {epochs: 4, batch_size: 32}\n"
DENOISING = (
    "model: {type: conv, filters: [4]}\ncorruption: {type: gaussian, stddev: 0.5}\n"
    "training: {epochs: 4, batch_size: 32, schedule: {type: exponential}}\n"
)
VAE = (
    "model: {type: dense, hidden: [16], latent: {type: gaussian}}\nobjective: {type: elbo}\n"
    "data: {validation_split: 0.2}\n"
    "training: {epochs: 4, batch_size: 32, optimizer: {type: rmsprop},"
    " schedule: {type: plateau, patience: 1}, early_stopping: {patience: 4}}\n"
)

LSTM = (
    "model: {type: lstm, encoder_units: 4, decoder_units: 8}\n"
    "training: {epochs: 4, batch_size: 32, optimizer: {type: adam, clipnorm: 1.0}}\n"
)

COMPILED_LSTM = f"{LSTM[:-2]}, execution: {{compile: true}}}}\n"

SMALL = {
    "dense": "model: {type: dense}\n",
    "conv": "model: {type: conv}\n",
    "lstm": "model: {type: lstm}\n",
    "vae": "model: {type: dense, hidden: [256], latent: {type: gaussian, dim: 2}}\nobjective: {type: elbo}\n",
    "conv_vae": "model: {type: conv, latent: {type: gaussian, dim: 8}}\nobjective: {type: elbo}\n",
    "vq": "model: {type: conv, latent: {type: vq, codebook_size: 32}}\n",
    "topk": "model: {type: dense, hidden: [32], latent: {type: topk, dim: 64, k: 8}}\n",
    "conditional": "model: {type: dense, hidden: [32], latent: {type: gaussian, dim: 2}, condition: label}\n"
    "objective: {type: elbo}\n",
}
"""Models of all kinds with their objectives, by names for tests."""


def write_digits(path: Path) -> None:
    """A made-up MNIST of 110 + 50 images: bright squares whose place depends on the label."""
    random = np.random.default_rng(0)
    images = (random.random((160, 28, 28)) * 40).astype(np.uint8)
    labels = np.arange(160, dtype=np.uint8) % 10
    for image, label in zip(images, labels, strict=True):
        image[2 * label : 2 * label + 8, 4:20] = 220
    parts = {"x_train": images[:110], "x_test": images[110:]}
    parts |= {"y_train": labels[:110], "y_test": labels[110:]}
    np.savez(path, **parts)


def config(text: str) -> Config:
    """A checked config."""
    return check(parse(text, "test"), "test").config


def train(text: str, runs_dir: Path, name: str = "run") -> RunFolder:
    """Trains a config in this process."""
    from aecli.experiment import train as experiment

    log.start(quiet=True)
    return experiment.train(config(text), name, runs_dir, "aecli train")


def resume(folder: RunFolder, epochs: int | None = None) -> RunFolder:
    """Goes on with a run in this process."""
    from aecli.experiment import train as experiment

    log.start(quiet=True)
    flags = [] if epochs is None else [Override(("training", "epochs"), epochs, f"--epochs {epochs}")]
    return experiment.resume(folder, flags, "aecli train --resume")


@contextmanager
def heard() -> Iterator[list[str]]:
    """What is warned of inside."""
    texts: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: texts.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("aecli")
    logger.addHandler(handler)
    try:
        yield texts
    finally:
        logger.removeHandler(handler)


def opened(folder: RunFolder) -> OpenedRun:
    """A run with its network."""
    return open_run(str(folder.path), folder.path.parent)


def only_run(runs_dir: Path) -> RunFolder:
    """The one run in a folder."""
    (path,) = runs_dir.iterdir()
    return RunFolder(path)


def weights(folder: RunFolder) -> str:
    """A hash of everything that decides how a run goes on: weights and optimizer after its last epoch."""
    newest = max(folder.checkpoints.glob("state-*.npz"))
    with np.load(newest) as state:
        names = sorted(set(state.files) - {"history", "digest"})
        return hashlib.sha256(b"".join(state[name].tobytes() for name in names)).hexdigest()


def rows_without_times(folder: RunFolder) -> list[dict[str, str]]:
    """What the epochs reached, as written down."""
    with folder.metrics.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return [{k: v for k, v in row.items() if k not in ("seconds", "samples_per_second")} for row in rows]
