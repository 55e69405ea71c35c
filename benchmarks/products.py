"""The matrix products of an epoch and nothing else: what no loop around them can save.

Run as `python -m benchmarks.products RECIPE`; prints seconds, or null if not all layers are dense.
"""

import json
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np

from aecli.config.load import load_config
from aecli.config.recipes import find_config
from aecli.core import backend

TRAINED, EVALUATED, PIXELS = 60_000, 10_000, 28 * 28


def seconds(layers: list[tuple[int, int]], batch_size: int) -> float:
    """An epoch's products, by NumPy, in the shapes of a network.

    Args:
        layers: Inputs and outputs of each dense layer; no gradient goes back to a layer's inputs if they are
            the images.
        batch_size: Images a step.
    """
    random = np.random.default_rng(0)
    forward = backward = 0.0
    for inputs, outputs in layers:
        x = random.random((batch_size, inputs), np.float32)
        weights = random.random((inputs, outputs), np.float32)
        gradient = random.random((batch_size, outputs), np.float32)
        forward += _median_time(np.matmul, x, weights)
        backward += _median_time(np.matmul, x.T, gradient)
        if inputs != PIXELS:
            backward += _median_time(np.matmul, gradient, weights.T)
    return (forward * (TRAINED + EVALUATED) + backward * TRAINED) / batch_size


def _median_time(product: Callable[[Any, Any], Any], left: Any, right: Any, repeats: int = 300) -> float:
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        product(left, right)
        times.append(time.perf_counter() - begun)
    return median(times)


def main(recipe: str) -> None:
    """Builds the recipe's network for its shapes, and times their products."""
    backend.load()
    from aecli.models.build import build
    from aecli.models.cost import only_dense, weighted_layers

    config = load_config(find_config(recipe)).config
    network = build(config.model, (28, 28))
    if not only_dense(network):
        print(json.dumps(None))
        return
    shapes = [tuple(layer.kernel.shape) for layer in weighted_layers(network)]
    print(json.dumps(seconds(shapes, config.training.batch_size)))


if __name__ == "__main__":
    main(sys.argv[1])
