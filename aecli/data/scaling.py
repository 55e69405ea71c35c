"""How stored numbers become a network's numbers, and back.

What an integer can hold says what its numbers mean: 8-bit pixels are divided by 255, 16-bit ones by 65,535.
Floating-point numbers in [0, 1] stay as they are. Of all others only their owner knows the range.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from aecli.core.errors import DataError, RunError

log = logging.getLogger(__name__)

Method = Literal["none", "dtype", "range", "minmax", "standard"]
Fitted = Literal["minmax", "standard"]
UNIT = (0.0, 1.0)

CONSTANT = 1e-12
"""A feature that varies less than this, beside its size, never changes."""

LOW_WHITES = {"uint8": 1, "uint16": 255}
"""What white may be where no number is larger: of bits, and of bytes, in a type that could hold more."""

ROWS = 4096
"""Items that are scaled at a time where that takes double precision."""


@dataclass(frozen=True)
class Scaling:
    """A straight line for every number, or for every feature: scaled = (stored - offset) / divisor.

    Attributes:
        method: What it was made by: `none`, the stored `dtype`, a given `range`, or fitted on training samples.
        dtype: The dtype of the stored numbers, such as `uint8`.
        offset: One number for all, or one for each feature (the last axis).
        divisor: As many; none of them 0.
    """

    method: Method
    dtype: str
    offset: tuple[float, ...] = (0.0,)
    divisor: tuple[float, ...] = (1.0,)

    @property
    def bounds(self) -> tuple[float, float] | None:
        """(0, 1) where the scaled numbers are known to lie there; None where they may lie anywhere.

        What was fitted on training samples says nothing certain about others: a test sample may hold more than
        the largest number of the training.
        """
        return None if self.method in get_args(Fitted) else UNIT

    @property
    def divides(self) -> bool:
        """Whether it is one division of 32-bit floats, by the first divisor."""
        return self.method in ("none", "dtype") and self.offset == (0.0,)

    @property
    def step(self) -> float | None:
        """How far apart neighbouring whole numbers are once they are scaled; None for floats and single lines."""
        whole = np.dtype(self.dtype).kind in "iu" and len(self.divisor) == 1
        return 1.0 / self.divisor[0] if whole else None

    def apply(self, stored: NDArray[Any]) -> NDArray[np.float32]:
        """Stored numbers → a network's.

        Args:
            stored: (samples, …), of any shape; with a line for each feature, (samples, …, features).

        Returns:
            float32, of the same shape; the very array where it holds these numbers already.

        Raises:
            DataError: There are other features than the scaling has lines for, or numbers beyond float32.
        """
        self._check_features(stored)
        if self.divides:
            unlike = self.divisor != (1.0,)
            scaled = stored.astype(np.float32, copy=unlike)
            if unlike:
                scaled /= np.float32(self.divisor[0])
            return scaled
        scaled = np.empty(stored.shape, np.float32)
        offset, divisor = np.array(self.offset), np.array(self.divisor)
        for start in range(0, len(stored), ROWS):
            rows = slice(start, start + ROWS)
            with np.errstate(over="ignore"):
                scaled[rows] = (stored[rows] - offset) / divisor
        if not np.isfinite(scaled).all():
            raise DataError("some numbers are too far from those of the training to be scaled")
        return scaled

    def invert(self, scaled: NDArray[Any]) -> NDArray[np.float64]:
        """A network's numbers → numbers in the stored unit, float64, of the same shape."""
        self._check_features(scaled)
        numbers: NDArray[np.float64] = np.asarray(scaled, np.float64) * np.array(self.divisor)
        numbers += np.array(self.offset)
        return numbers

    def restore(self, scaled: NDArray[Any]) -> NDArray[Any]:
        """As `invert`, and in the stored dtype: integers are rounded, and kept to what the dtype can hold."""
        numbers, dtype = self.invert(scaled), np.dtype(self.dtype)
        if dtype.kind in "iu":
            limits = np.iinfo(dtype)
            whole = np.round(numbers).clip(limits.min, limits.max)
            beyond = whole >= float(limits.max)  # which may be more than the dtype holds: 2⁶³ for int64
            return np.where(beyond, limits.max, np.where(beyond, 0, whole).astype(dtype))
        if dtype.kind == "b":
            numbers = np.round(numbers.clip(0, 1))
        return numbers.astype(dtype)

    def check(self, stored: NDArray[Any], where: str) -> None:
        """Checks that numbers can be scaled by this: they are finite, and lie where they are said to lie.

        Args:
            stored: As for `apply`.
            where: Names the numbers in the message.

        Raises:
            DataError: Some aren't or don't.
        """
        low, high = _extent(stored, where)
        self.check_dtype(stored.dtype, where)
        lowest, highest = self.offset[0], self.offset[0] + self.divisor[0]
        if self.bounds is not None and (low < lowest or high > highest):
            why = "as data.range says" if self.method == "range" else "as those of the training do"
            inside = _interval(lowest, highest)
            raise DataError(f"{where}: numbers in {_interval(low, high)} don't all lie in {inside}, {why}")

    def check_dtype(self, dtype: np.dtype[Any], where: str) -> None:
        """Checks that numbers mean the same as in the training: 0.5 is another grey in floats than in bytes.

        Raises:
            DataError: They don't.
        """
        if dtype.kind not in "biuf":
            raise DataError(f"{where}: expected numbers, received {dtype}")
        trained = np.dtype(self.dtype)
        # By their names: the order of bytes in a file says nothing about what a number means.
        if (self.method == "dtype" and dtype.name != trained.name) or (
            dtype.kind == "f" and trained.kind in "biu"
        ):
            raise DataError(
                f"{where}: expected {self.dtype} numbers, as in the training, received {dtype.name}"
            )

    def to_json(self) -> dict[str, Any]:
        """As plain data, for `run.json`."""
        bounds = None if self.bounds is None else list(self.bounds)
        return {
            "method": self.method,
            "dtype": self.dtype,
            "offset": list(self.offset),
            "divisor": list(self.divisor),
            "bounds": bounds,
        }

    @classmethod
    def from_json(cls, plain: Any) -> Scaling:
        """Reads what `to_json` wrote, trusting none of it.

        Raises:
            RunError: It is no scaling.
        """
        try:
            method, dtype = plain["method"], plain["dtype"]
            offset, divisor = (tuple(map(float, plain[key])) for key in ("offset", "divisor"))
            right = (
                method in get_args(Method)
                and isinstance(dtype, str)
                and np.dtype(dtype).kind in "biuf"
                and len(offset) == len(divisor) >= 1
                and all(map(math.isfinite, (*offset, *divisor)))
                and all(divisor)
                and (method in get_args(Fitted) or len(offset) == 1)
            )
        except (TypeError, KeyError, ValueError, OverflowError):
            right = False
        if not right:
            raise RunError(
                "run.json: data.scaling is damaged: this says nothing about how numbers are scaled"
            )
        return cls(method, np.dtype(dtype).name, offset, divisor)

    def __str__(self) -> str:
        """For people: `÷ 255`, `(x − 3) ÷ 4`, `as they are`."""
        if len(self.offset) > 1:
            return f"{self.method}, each of {len(self.offset)} features by itself"
        if self.offset == (0.0,):
            return "as they are" if self.divisor == (1.0,) else f"÷ {self.divisor[0]:.6g}"
        return f"(x − {self.offset[0]:.6g}) ÷ {self.divisor[0]:.6g}"

    def _check_features(self, numbers: NDArray[Any]) -> None:
        if len(self.offset) > 1 and numbers.shape[-1] != len(self.offset):
            raise DataError(
                f"expected {len(self.offset)} numbers to a row, as in the training, received "
                f"{numbers.shape[-1]}"
            )


PIXELS = Scaling("dtype", "uint8", (0.0,), (255.0,))
"""Of 8-bit pixels."""


def scaling_of(
    stored: NDArray[Any],
    where: str,
    given: tuple[float, float] | None = None,
    fitted: Fitted | None = None,
    per_feature: bool = False,
) -> Scaling:
    """The scaling that suits numbers.

    Args:
        stored: The training samples, (samples, …).
        where: Names them in messages.
        given: The range that the owner says they lie in; wins over the dtype's.
        fitted: How to fit a scaling in its place: `minmax` takes the lowest number to 0 and the highest to 1,
            `standard` the mean to 0 and the standard deviation to 1.
        per_feature: Whether each feature (the last axis) is fitted by itself.

    Raises:
        DataError: There is nothing to know the range by, or the numbers don't lie in the given one.
    """
    dtype = stored.dtype.name
    low, high = _extent(stored, where)
    white = LOW_WHITES.get(dtype)
    if white is not None and given is None and fitted is None and high <= white and prod(stored.shape) > 1:
        log.warning(
            f"{where}: {dtype} numbers that never exceed {high:g}, of {np.iinfo(stored.dtype).max}; if {white} is "
            f"white: --set 'data.range=[0, {white}]'"
        )
    if fitted is not None:
        return _fit(stored, fitted, per_feature, where)
    if given is not None:
        scaling = Scaling("range", dtype, (given[0],), (given[1] - given[0],))
        scaling.check(stored, where)
        return scaling
    if stored.dtype.kind in "iu" and stored.dtype.itemsize <= 2:
        limits = np.iinfo(stored.dtype)
        return Scaling("dtype", dtype, (float(limits.min),), (float(limits.max - limits.min),))
    if low < 0 or high > 1 or stored.dtype.kind in "iu":
        whole = all(bool((block == np.round(block)).all()) for block in _blocks(stored))
        raise DataError(
            f"{where}: {dtype} numbers in {_interval(low, high)}, and nothing says what range they "
            f"should have. Say so: --set 'data.range={_guess(low, high, whole)}', or let the training samples say "
            "it: --set data.scaling=minmax (or standard)"
        )
    return Scaling("none", dtype)


def _fit(stored: NDArray[Any], method: Fitted, per_feature: bool, where: str) -> Scaling:
    """A scaling fitted on samples; a feature that never changes is only moved, and stays within [0, 1]."""

    def blocks() -> Iterator[NDArray[np.float64]]:
        for block in _blocks(stored):
            numbers = block.reshape(-1, block.shape[-1]) if per_feature else block.reshape(-1, 1)
            yield numbers.astype(np.float64)

    lowest, highest = zip(*((block.min(axis=0), block.max(axis=0)) for block in blocks()), strict=True)
    low, high = np.min(lowest, axis=0), np.max(highest, axis=0)
    with np.errstate(over="ignore", invalid="ignore"):
        extent = high - low
        if method == "minmax":
            offset, spread = low, extent
        else:
            count = prod(stored.shape) // (stored.shape[-1] if per_feature else 1)
            offset = np.sum([block.sum(axis=0) for block in blocks()], axis=0) / count
            squares = np.sum([np.square(block - offset).sum(axis=0) for block in blocks()], axis=0)
            spread = np.sqrt(squares / count)
    # What differs by rounding alone, beside its size, is a constant too; of 10¹⁹, rounding takes thousands.
    constant = extent <= CONSTANT * np.maximum(np.abs(low), np.abs(high))
    offset, spread = np.where(constant, low, offset), np.where(constant, np.maximum(extent, 1.0), spread)
    if not np.isfinite([offset, spread]).all() or not spread.all():
        size = "small" if np.isfinite([offset, spread]).all() else "large"
        raise DataError(
            f"{where}: the numbers are too {size} to fit data.scaling={method}; give them another unit"
        )
    return Scaling(method, stored.dtype.name, tuple(offset.tolist()), tuple(spread.tolist()))


def _blocks(stored: Any) -> Iterator[NDArray[Any]]:
    """Items a block at a time: they may lie on disk, and not fit into memory."""
    for start in range(0, len(stored), ROWS):
        yield stored[start : start + ROWS]


def _extent(stored: NDArray[Any], where: str) -> tuple[float, float]:
    """The lowest and the highest number.

    Raises:
        DataError: These are no numbers, there are none, or some aren't finite.
    """
    if stored.dtype.kind not in "biuf":
        raise DataError(f"{where}: expected numbers, received {stored.dtype}")
    if not (size := prod(stored.shape)):
        raise DataError(f"{where}: there are no numbers (shape {stored.shape})")
    lowest, highest = zip(*((block.min(), block.max()) for block in _blocks(stored)), strict=True)
    low, high = float(np.min(lowest)), float(np.max(highest))
    if not (math.isfinite(low) and math.isfinite(high)):
        count = sum(int(np.count_nonzero(~np.isfinite(block))) for block in _blocks(stored))
        raise DataError(f"{where}: {count:,} of {size:,} numbers are not finite (NaN or infinity)")
    return low, high


def _interval(low: float, high: float) -> str:
    return f"[{low:.10g}, {high:.10g}]"


def _guess(low: float, high: float, whole: bool) -> str:
    """A range to type: that of pixels if the numbers are whole and look like pixels, else theirs, rounded up."""
    if whole and low >= 0 and high <= 255:
        return "[0, 1]" if high <= 1 else "[0, 255]"
    size = max(abs(low), abs(high))
    spread = high - low if high - low > CONSTANT * size else size
    unit = 10.0 ** (math.floor(math.log10(spread)) - 1)
    down, up = math.floor(low / unit) * unit, math.ceil(high / unit) * unit
    return _interval(down, up if up > down else up + unit)
