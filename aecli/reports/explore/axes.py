"""The plane that codes are shown in, and the dimensions that are worth moving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.runs.opened import OpenedRun

Floats = NDArray[np.float32]

FAR = 6
"""Standard deviations, at most, from the middle of a plane to its edge."""
MOVED = 64
"""Dimensions, at most, that can be moved one by one."""


@dataclass(frozen=True)
class Axes:
    """Where codes lie.

    Attributes:
        mean: The mean code, (numbers,).
        spread: The standard deviation of each number, (numbers,).
        components: The two directions in which codes differ most, (2, numbers), orthogonal and of length 1; None
            where a code has no more than two numbers.
        reach: How far the codes go from their mean along each direction, (2,); None likewise.
        activity: How much each number is used: its KL divergence from the prior in nats, or its variance.
        measure: Which of the two: `KL (nats)` or `variance`.
    """

    mean: Floats
    spread: Floats
    components: Floats | None
    reach: Floats | None
    activity: Floats
    measure: str

    @classmethod
    def of(cls, run: OpenedRun, codes: Floats) -> Axes:
        """Those of a run.

        Args:
            run: The run.
            codes: Of the samples that the page shows, (count, numbers).
        """
        divergences = run.divergences
        components = principal(codes) if codes.shape[1] > 2 else None
        return cls(
            codes.mean(axis=0),
            codes.std(axis=0),
            components,
            None if components is None else _reach((codes - codes.mean(axis=0)) @ components.T),
            codes.var(axis=0) if divergences is None else divergences.mean(axis=0),
            "variance" if divergences is None else "KL (nats)",
        )

    def to_json(self) -> dict[str, Any]:
        """As plain data, to four digits: of some dimensions, those that are used most first unless both fit."""
        order = np.argsort(-self.activity, kind="stable")[:MOVED]
        order = order if len(self.mean) > 2 else np.arange(len(self.mean))
        components = self.components
        return {
            "order": order.tolist(),
            "mean": short(self.mean[order]),
            "spread": short(self.spread[order]),
            "activity": short(self.activity[order]),
            "measure": self.measure,
            "component_means": None if components is None else short(components @ self.mean),
            "component_reach": None if self.reach is None else short(self.reach),
        }

    def packed(self) -> bytes:
        """The two directions, one after the other, float16."""
        return b"" if self.components is None else self.components.astype("<f2").tobytes()


def principal(codes: Floats) -> Floats:
    """The first two principal components, (2, numbers), the largest number of each positive."""
    centred = codes - codes.mean(axis=0)
    # By products of codes with codes: there are fewer of them than a code may have numbers.
    _, vectors = np.linalg.eigh((centred @ centred.T).astype(np.float64))
    axes = vectors[:, :-3:-1].T @ centred
    axes /= np.maximum(np.linalg.norm(axes, axis=1, keepdims=True), 1e-12)
    largest = np.abs(axes).argmax(axis=1)
    signs = np.where(axes[np.arange(2), largest] < 0, -1.0, 1.0)
    return np.asarray(axes * signs[:, np.newaxis], np.float32)


def _reach(places: Floats) -> Floats:
    """How far a plane goes that shows places, (count, 2), but for those that are far from all others."""
    return np.asarray(np.minimum(1.08 * np.abs(places).max(axis=0), FAR * places.std(axis=0)))


def short(numbers: Floats) -> list[float]:
    """Numbers to four digits."""
    return [float(f"{number:.4g}") for number in numbers.ravel().tolist()]
