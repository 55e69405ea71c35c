"""All randomness of a run, derived from the one seed in its config.

Each use of chance has a role of its own, so that drawing more numbers for one never shifts another, and
what an epoch draws depends on the seed and the epoch's number alone: it doesn't matter what ran before it.
"""

from enum import IntEnum

import numpy as np


class Role(IntEnum):
    """What random numbers are for."""

    VALIDATION_SPLIT = 1
    WEIGHTS = 2
    ORDER = 3
    TRAINING_CORRUPTION = 4
    EVALUATION_CORRUPTION = 5
    TRAINING_SAMPLING = 6
    EVALUATION_SAMPLING = 7
    FIGURES = 8
    TEST_SAMPLE = 9
    TEST_SPLIT = 10
    TRAIN_SAMPLE = 11
    SAMPLES = 12
    LIKELIHOOD = 20
    PROBES = 21
    NOISE_CURVE = 22
    PRIOR = 23
    JACOBIAN = 24
    DEQUANTISATION = 25
    SWEEP = 26
    TRAINING_BINARIZATION = 30
    FIXED_BINARIZATION = 31


def generator(seed: int, role: Role, *counters: int) -> np.random.Generator:
    """A NumPy generator for one use.

    Args:
        seed: The config's seed.
        role: What the numbers are for.
        counters: What tells repeated uses apart, such as the epoch's number.
    """
    return np.random.default_rng((seed, role, *counters))


def number(seed: int, role: Role) -> int:
    """A whole number in [0, 2³¹), for libraries that take one as a seed."""
    return int(generator(seed, role).integers(2**31))
