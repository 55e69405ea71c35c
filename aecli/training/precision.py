"""Products in fewer bits, while a training lasts."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import tensorflow as tf

log = logging.getLogger(__name__)

OPTION = "auto_mixed_precision_onednn_bfloat16"
"""TensorFlow's rewriting of graphs: the inputs of products become bfloat16, where that is safe."""


def can_round() -> bool:
    """Whether TensorFlow does as it is told here: it leaves out, without a word, what the processor is no faster at."""
    features = Path("/proc/cpuinfo")
    return not features.is_file() or "avx512f" in features.read_text(encoding="utf-8", errors="replace")


@contextmanager
def in_precision(precision: str) -> Iterator[None]:
    """What is compiled inside computes its products in this precision; variables and sums stay float32.

    Args:
        precision: As `training.precision`.
    """
    if precision == "mixed_bfloat16" and not can_round():
        log.warning(
            "training.precision: this processor has nothing for bfloat16 (no AVX-512): all stays float32"
        )
    before = bool(tf.config.optimizer.get_experimental_options().get(OPTION, False))
    tf.config.optimizer.set_experimental_options({OPTION: precision == "mixed_bfloat16"})
    try:
        yield
    finally:
        tf.config.optimizer.set_experimental_options({OPTION: before})
