"""A page's program, run by NumPy: what tells before a page is written whether it will do what Keras does.

It reads the very numbers that are put into the page; that `browser/operations.js` does the same is proved by the tests.
"""

from __future__ import annotations

from collections.abc import Callable
from math import erf, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.reports.explore.program import Program, Step

Floats = NDArray[np.float32]
Operation = Callable[[Step, list[Any], dict[str, Any], tuple[int, ...]], Any]
"""(step, arrays (batch, …), weights, shape of the first output) → array, or a list of them."""


def run(program: Program, weights: Floats, *inputs: Floats) -> list[Floats]:
    """Sends samples through a network.

    Args:
        program: The network.
        weights: All weights of its page, in one row.
        inputs: What goes in, (batch, …) each.

    Returns:
        What comes out, (batch, …) each.
    """
    arrays: dict[int, Any] = dict(zip(program.inputs, inputs, strict=True))
    for step in program.steps:
        held = {
            name: weights[start : start + prod(shape)].reshape(shape)
            for name, (start, shape) in step.weights.items()
        }
        given, shape = [arrays[number] for number in step.inputs], program.shapes[step.outputs[0]]
        made = OPERATIONS[step.op](step, given, held, shape)
        arrays.update(zip(step.outputs, made if isinstance(made, list) else [made], strict=True))
    return [arrays[number] for number in program.outputs]


def _sigmoid(numbers: Floats) -> Floats:
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * numbers))


def _elu(numbers: Floats) -> Floats:
    return np.where(numbers > 0, numbers, np.expm1(np.minimum(numbers, 0)))


def _gelu(numbers: Floats) -> Floats:
    return np.asarray(numbers * (0.5 + 0.5 * np.vectorize(erf, otypes=[np.float32])(numbers / np.sqrt(2))))


ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.2 * x),
    "tanh": np.tanh,
    "sigmoid": _sigmoid,
    "silu": lambda x: x * _sigmoid(x),
    "softplus": lambda x: np.logaddexp(x, 0),
    "elu": _elu,
    "selu": lambda x: 1.05070098 * np.where(x > 0, x, 1.67326324 * _elu(x)),
    "gelu": _gelu,
}


def _dense(step: Step, given: list[Any], held: dict[str, Any], shape: tuple[int, ...]) -> Any:
    return ACTIVATIONS[step.options["activation"]](given[0] @ held["kernel"] + held.get("bias", 0))


def _conv(step: Step, given: list[Any], held: dict[str, Any], shape: tuple[int, ...]) -> Any:
    """A sum of products with shifted images."""
    kernel, image = held["kernel"], given[0]
    if step.options["same"]:
        before = [(size - 1) // 2 for size in kernel.shape[:2]]
        around = [(first, size - 1 - first) for first, size in zip(before, kernel.shape[:2], strict=True)]
        image = np.pad(image, [(0, 0), *around, (0, 0)])
    made = sum(
        image[:, top : top + shape[0], left : left + shape[1]] @ kernel[top, left]
        for top in range(kernel.shape[0])
        for left in range(kernel.shape[1])
    )
    return ACTIVATIONS[step.options["activation"]](made + held.get("bias", 0))


def _max_pool(step: Step, given: list[Any], held: dict[str, Any], shape: tuple[int, ...]) -> Any:
    """Odd sizes are filled up at both ends, as Keras does, with what is never the largest."""
    size = step.options["size"]
    lacking = [shape[axis] * size[axis] - given[0].shape[1 + axis] for axis in (0, 1)]
    around = [(0, 0), *((lack // 2, lack - lack // 2) for lack in lacking), (0, 0)]
    filled = np.pad(given[0], around, constant_values=-np.inf)
    return filled.reshape(-1, shape[0], size[0], shape[1], size[1], shape[2]).max(axis=(2, 4))


def _upsample(step: Step, given: list[Any], held: dict[str, Any], shape: tuple[int, ...]) -> Any:
    rows, columns = step.options["size"]
    return given[0].repeat(rows, axis=1).repeat(columns, axis=2)


def _crop(step: Step, given: list[Any], held: dict[str, Any], shape: tuple[int, ...]) -> Any:
    top, left = step.options["from"]
    return given[0][:, top : top + shape[0], left : left + shape[1]]


def _lstm(step: Step, given: list[Any], held: dict[str, Any], shape: tuple[int, ...]) -> Any:
    units = held["recurrent"].shape[0]
    output = state = np.zeros((len(given[0]), units), np.float32)
    outputs = []
    for row in (given[0] @ held["kernel"] + held["bias"]).swapaxes(0, 1):
        gates = row + output @ held["recurrent"]
        keep_new, keep_old, new, show = (gates[:, part * units : (part + 1) * units] for part in range(4))
        state = _sigmoid(keep_old) * state + _sigmoid(keep_new) * np.tanh(new)
        output = _sigmoid(show) * np.tanh(state)
        outputs.append(output)
    return np.stack(outputs, axis=1) if step.options["all"] else output


def _top_k(step: Step, given: list[Any], held: dict[str, Any], shape: tuple[int, ...]) -> Any:
    places = np.argsort(-given[0], axis=-1, kind="stable")[..., : step.options["k"]]
    return [np.take_along_axis(given[0], places, axis=-1), places.astype(np.float32)]


OPERATIONS: dict[str, Operation] = {
    "activation": lambda step, given, held, shape: ACTIVATIONS[step.options["activation"]](given[0]),
    "concatenate": lambda step, given, held, shape: np.concatenate(given, axis=-1),
    "conv": _conv,
    "crop": _crop,
    "dense": _dense,
    "embedding": lambda step, given, held, shape: held["table"][given[0].astype(int)],
    "greater_equal": lambda step, given, held, shape: given[0] >= given[1],
    "lstm": _lstm,
    "max_pool": _max_pool,
    "one_hot": lambda step, given, held, shape: np.eye(shape[-1], dtype=np.float32)[given[0].astype(int)],
    "repeat": lambda step, given, held, shape: given[0][:, np.newaxis].repeat(shape[0], axis=1),
    "reshape": lambda step, given, held, shape: given[0].reshape(-1, *shape),
    "slice": lambda step, given, held, shape: given[0][
        ..., step.options["start"] : step.options["stop"]
    ].reshape(-1, *shape),
    "top_k": _top_k,
    "upsample": _upsample,
    "where": lambda step, given, held, shape: np.where(given[0], given[1], 0.0),
    "zeros": lambda step, given, held, shape: np.zeros_like(given[0]),
}
"""What each step does."""
