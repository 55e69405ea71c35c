"""A network as a page holds it: a list of steps, and their weights as bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.reports.explore import Precision

Place = tuple[int, tuple[int, ...]]
"""Where an array begins among all weights, and its shape."""


@dataclass(frozen=True)
class Step:
    """One operation of a network, on arrays of one sample.

    Attributes:
        op: Its name; both `interpreter.py` and `browser/operations.js` know it.
        inputs: The arrays that it takes, by their numbers.
        outputs: The arrays that it makes.
        options: What else it has to know, as plain data.
        weights: Its weights by name.
    """

    op: str
    inputs: list[int]
    outputs: list[int]
    options: dict[str, Any]
    weights: dict[str, Place]

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "op": self.op,
            "inputs": self.inputs,
            "outputs": self.outputs,
            "weights": {name: [start, list(shape)] for name, (start, shape) in self.weights.items()},
            **self.options,
        }


@dataclass(frozen=True)
class Program:
    """A network: what goes in, what is done one after another, what comes out.

    Attributes:
        inputs: The arrays that are given, by their numbers.
        outputs: The arrays that are asked for.
        steps: In an order in which each can be done.
        shapes: The shape of each array, without the batch.
    """

    inputs: list[int]
    outputs: list[int]
    steps: list[Step]
    shapes: list[tuple[int, ...]]

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "inputs": self.inputs,
            "outputs": self.outputs,
            "steps": [step.to_json() for step in self.steps],
            "shapes": [list(shape) for shape in self.shapes],
        }


@dataclass
class Weights:
    """The weights of all networks of a page, one after another; those that two share are there once.

    Attributes:
        precision: How each is written.
        size: How many there are.
    """

    precision: Precision
    size: int = 0
    _parts: list[NDArray[np.floating]] = field(default_factory=list)
    _places: dict[int, list[Place]] = field(default_factory=dict)

    def of(self, layer: Any) -> list[Place]:
        """Where the weights of a Keras layer are, in its order."""
        if id(layer) not in self._places:
            self._places[id(layer)] = [self._add(array) for array in layer.get_weights()]
        return self._places[id(layer)]

    def _add(self, weights: NDArray[np.float32]) -> Place:
        start = self.size
        limits = np.finfo(self.precision)
        # Beyond what half precision holds lies infinity, and 0 times infinity is no number.
        held = weights.clip(limits.min, limits.max).astype(f"<f{limits.bits // 8}")
        self._parts.append(held.ravel())
        self.size += weights.size
        return start, weights.shape

    def packed(self) -> bytes:
        """All of them, little-endian."""
        return b"".join(part.tobytes() for part in self._parts)

    def unpacked(self) -> NDArray[np.float32]:
        """All of them, as a page reads them."""
        return np.frombuffer(self.packed(), f"<f{np.dtype(self.precision).itemsize}").astype(np.float32)
