"""What is gathered from samples that stay as they are stored is what scaling makes of them, bit for bit."""

from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from aecli.data.scaled import Scaled
from aecli.data.scaling import scaling_of
from aecli.training.rows import HeldSamples

STORED = {
    "bytes": np.arange(2**8, dtype=np.uint8),
    "deep greys": np.arange(2**16, dtype=np.uint16),
    "of another machine": np.arange(2**16, dtype=np.uint16).astype(">u2"),
    "bits": np.array([False, True]),
    "half floats": np.linspace(0, 1, 1000).astype(np.float16),
}


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("numbers", STORED.values(), ids=STORED)
def test_every_number_is_scaled_to_the_same_bits_in_a_step(numbers: np.ndarray, compiled: bool) -> None:
    stored = numbers.reshape(-1, 2)
    scaling = scaling_of(stored, "numbers")
    held = HeldSamples(Scaled(stored, scaling))
    take: Any = tf.function(held.take, jit_compile=compiled)
    rows = np.arange(len(stored), dtype=np.int32)[::-1].copy()
    assert held.numbers.dtype == numbers.dtype.name
    np.testing.assert_array_equal(take(tf.constant(rows)).numpy(), scaling.apply(stored)[rows])
