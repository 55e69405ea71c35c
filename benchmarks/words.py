"""Measurements in words: medians, ratios of pairs, and whether a goal is met."""

from statistics import median

from benchmarks.stand import Measured

MOST_SPREAD = 0.15
"""The range over rounds, beside their median, that a quiet machine should stay under."""


def middle(rounds: list[Measured], quantity: str) -> float:
    """The median over rounds."""
    return median(measured[quantity] for measured in rounds)


def ratios(above: list[Measured], below: list[Measured], quantity: str) -> list[float]:
    """One measurement by another, round by round."""
    return [a[quantity] / b[quantity] for a, b in zip(above, below, strict=True)]


def ranged(values: list[float]) -> str:
    """The median of ratios and, in brackets, their range."""
    return f"**{median(values):.2f}** ({min(values):.2f}–{max(values):.2f})"


def spread(rounds: list[Measured], quantity: str) -> float:
    """The range over rounds as a part of their median."""
    values = [measured[quantity] for measured in rounds]
    return (max(values) - min(values)) / median(values)


def at_most(value: float, goal: float) -> str:
    """Whether a value reaches a goal that it shouldn't be above."""
    return _verdict(value <= goal)


def at_least(value: float, goal: float) -> str:
    """Whether a value reaches a goal that it shouldn't be below."""
    return _verdict(value >= goal)


def _verdict(reached: bool) -> str:
    return "met" if reached else "not met"
