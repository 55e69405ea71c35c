"""The one way in: whatever enters a run is checked and scaled here, as the training data was."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.core.errors import DataError
from aecli.data.scaling import Scaling
from aecli.data.sources.source import Kind
from aecli.data.stored import Numbers
from aecli.inference.inputs.batch import Batch, Named

NOUNS = {"images": "images", "sequences": "sequences", "rows": "rows"}


def admit(
    named: Named, stored: Numbers, sample_shape: tuple[int, ...], scaling: Scaling, called: str
) -> tuple[Batch, list[str]]:
    """Stored numbers → a batch without those that can't be scaled.

    Args:
        named: What is known of them; with lengths, they are sequences.
        stored: (samples, *sample_shape); sequences may have fewer steps, or more that are padding.
        sample_shape: What the network takes.
        scaling: The run's, or that of its images.
        called: What a sample is called in messages, in front of its name.

    Returns:
        The batch, and what is wrong with those that aren't in it.
    """
    real, wrong = None, list[str]()
    if named.lengths is not None:
        steps = min(stored.shape[1], sample_shape[0])
        padded = np.zeros((len(stored), *sample_shape), stored.dtype)
        padded[:, :steps] = stored[:, :steps]
        stored, real = padded, np.arange(sample_shape[0]) < named.lengths[:, np.newaxis]
        stored[~real] = 0
    divisor = _divisor(scaling) if real is None else None

    def scaled(rows: Any, where: str) -> NDArray[Any]:
        scaling.check(stored[rows] if real is None else stored[rows][real[rows]], where)
        numbers: NDArray[Any]
        if divisor:
            numbers = stored[rows].astype(stored.dtype.newbyteorder("="), copy=False)
        else:
            numbers = scaling.apply(stored[rows])
        return numbers.reshape(-1, *sample_shape)

    try:
        numbers = scaled(slice(None), called)
    except DataError:
        # Something is wrong with one of them, so each is looked at.
        parts, sound = [], []
        for row, name in enumerate(named.names):
            try:
                parts.append(scaled(slice(row, row + 1), f"{called}{name}"))
                sound.append(row)
            except DataError as error:
                wrong.append(str(error))
        numbers = np.concatenate(parts) if parts else np.empty((0, *sample_shape), np.float32)
        named = named.take(np.array(sound, int))
        real = None if real is None else real[sound]
    if real is None:
        return Batch(named, numbers, divisor or 1.0), wrong
    numbers[~real] = 0.0
    return Batch(named, numbers, weights=real.astype(np.float32)), wrong


def check_shape(shape: tuple[int, ...], sample_shape: tuple[int, ...], kind: Kind, where: str) -> None:
    """Checks the shape of a sample; sequences may have fewer steps than the network takes.

    Raises:
        DataError: The run's network can't take it.
    """
    if shape == sample_shape:
        return
    shown = ", ".join(map(str, sample_shape))
    if kind == "sequences" and len(shape) == 2 and shape[1] == sample_shape[1]:
        if shape[0] < sample_shape[0]:
            return
        raise DataError(
            f"{where}: sequences of {shape[0]} steps; this run takes {sample_shape[0]} steps at most: cut them"
        )
    raise DataError(
        f"{where}: expected {NOUNS[kind]} of shape ({shown}), as in the training: an array of shape "
        f"(count, {shown}) or ({shown}); received samples of shape {shape}"
    )


def check_lengths(lengths: NDArray[Any], count: int, steps: int, where: str) -> None:
    """Checks how many steps of sequences are said to be real.

    Raises:
        DataError: That can't be.
    """
    if lengths.shape != (count,) or lengths.dtype.kind not in "iu":
        raise DataError(
            f"{where}: expected a whole number for each of the {count:,} sequences, received {lengths.dtype} of "
            f"shape {lengths.shape}"
        )
    if count and not 1 <= lengths.min() <= lengths.max() <= steps:
        raise DataError(f"{where}: expected whole numbers from 1 to {steps}, the steps that there are")


def _divisor(scaling: Scaling) -> float | None:
    """What unsigned integers are divided by; None where scaling is something else."""
    plain = scaling.method == "dtype" and scaling.offset == (0.0,)
    return scaling.divisor[0] if plain else None
