"""Products in fewer bits, while a training lasts."""

from collections.abc import Iterator
from contextlib import contextmanager

import tensorflow as tf

OPTION = "auto_mixed_precision_onednn_bfloat16"
"""TensorFlow's rewriting of graphs: the inputs of products become bfloat16, where that is safe."""


@contextmanager
def in_precision(precision: str) -> Iterator[None]:
    """What is compiled inside computes its products in this precision; variables and sums stay float32.

    Args:
        precision: As `training.precision`.
    """
    before = bool(tf.config.optimizer.get_experimental_options().get(OPTION, False))
    tf.config.optimizer.set_experimental_options({OPTION: precision == "mixed_bfloat16"})
    try:
        yield
    finally:
        tf.config.optimizer.set_experimental_options({OPTION: before})
