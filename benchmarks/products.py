"""The matrix products of an epoch and nothing else: what no loop around them can save.

Run as `python -m benchmarks.products RECIPE SAMPLES`; prints JSON: the multiply-adds of an epoch, how many of them a
second this machine's own matrix product does, and, of dense networks, the seconds that the products take alone.
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

TEST, PIXELS = 10_000, 28 * 28


def alone(layers: list[tuple[int, int]], batch_size: int, samples: int) -> float:
    """Seconds of an epoch's products, by NumPy, in the shapes of a network.

    Args:
        layers: Inputs and outputs of each dense layer; no gradient goes back to a layer's inputs if they are
            the images.
        batch_size: Images a step.
        samples: Training images.
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
    return (forward * (samples + min(samples, TEST)) + backward * samples) / batch_size


def speed() -> float:
    """Multiply-adds a second of this machine's own single-precision matrix product."""
    square = np.random.default_rng(0).random((2048, 2048), np.float32)
    return 2048**3 / _median_time(np.matmul, square, square, repeats=5)


def _median_time(product: Callable[[Any, Any], Any], left: Any, right: Any, repeats: int = 300) -> float:
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        product(left, right)
        times.append(time.perf_counter() - begun)
    return median(times)


def main(recipe: str, samples: int) -> None:
    """Builds the recipe's network for its shapes, and times their products."""
    backend.load()
    from aecli.models.build import build
    from aecli.models.cost import multiply_adds, only_dense, weighted_layers

    config = load_config(find_config(recipe)).config
    network = build(config.model, (28, 28))
    # Backward counts as twice forward.
    found = {
        "multiply_adds": multiply_adds(network) * (3 * samples + min(samples, TEST)),
        "speed": speed(),
    }
    if only_dense(network):
        shapes = [tuple(layer.kernel.shape) for layer in weighted_layers(network)]
        found["alone"] = alone(shapes, config.training.batch_size, samples)
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
