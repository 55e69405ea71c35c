"""What is gathered from samples that stay as they are stored is what scaling makes of them, bit for bit."""

from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from aecli.data.scaled import Scaled
from aecli.data.scaling import scaling_of
from aecli.data.windows import Windows
from aecli.training.rows import HeldSamples, HeldWindows

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


@pytest.mark.parametrize("starts", [[0, 1, 2, 3], [4, 0, 9], [2], [0, 5, 10], [3, 3]], ids=str)
def test_windows_are_cut_out_alike_in_memory_and_in_a_step(starts: list[int]) -> None:
    steps = np.random.default_rng(0).random((15, 2), np.float32)
    steps[14] = np.nan  # which no window reaches
    windows = Windows.of(steps, np.array(starts), 4)
    expected = np.stack([steps[start : start + 4] for start in starts])
    np.testing.assert_array_equal(windows[:], expected)
    assert np.isfinite(windows.steps).all()
    rows = np.arange(len(starts))[::-1]
    np.testing.assert_array_equal(windows.take(rows)[:], expected[rows])
    np.testing.assert_array_equal(HeldWindows(windows).take(tf.constant(rows)).numpy(), expected[rows])
