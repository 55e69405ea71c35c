"""Images → examples: what goes into a network, and what should come out of it."""

import numpy as np

from aecli.config import Config
from aecli.data.splits import Split
from aecli.seeds import Role, number
from aecli.training.trainer import Corrupt, Examples


def training_examples(config: Config, split: Split) -> Examples:
    """What is trained on: corrupted once and for all only where noise isn't drawn anew in each step."""
    if config.corruption is None or config.corruption.resample:
        return Examples(split.images, split.images, split.weights)
    return _corrupted(config, split, Role.TRAINING_CORRUPTION)


def training_corruption(config: Config) -> Corrupt | None:
    """What corrupts the inputs of each training step; None where they come corrupted, or stay clean."""
    return config.corruption.apply if config.corruption and config.corruption.resample else None


def evaluation_examples(config: Config, split: Split) -> Examples:
    """What is evaluated on: its noise is fixed, the same in each epoch, in the evaluation and in figures."""
    if config.corruption is None:
        return Examples(split.images, split.images, split.weights)
    return _corrupted(config, split, Role.EVALUATION_CORRUPTION)


def _corrupted(config: Config, split: Split, role: Role) -> Examples:
    assert config.corruption is not None
    noisy = config.corruption.apply(split.images, [number(config.seed, role), 0])
    return Examples(np.asarray(noisy), split.images, split.weights)
