"""How far a page's network is from Keras's, and how far it may be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aecli.core.errors import ExportFailed
from aecli.reports.explore import Precision
from aecli.reports.explore.interpreter import run
from aecli.reports.explore.program import Program

Floats = NDArray[np.float32]

ALLOWED: dict[Precision, float] = {"float16": 1e-2, "float32": 1e-3}
"""What outputs and codes may differ by; where some are larger than 1, relative to the largest."""

FLIPS = 0.01
"""The share of choices, of an entry or of a unit, that may fall out differently."""

CHOOSING = frozenset({"top_k", "greater_equal"})
"""Operations that choose: what they are given may differ a little, and what they give a lot."""


@dataclass(frozen=True)
class Agreement:
    """How well a page's network does what Keras does.

    Attributes:
        samples: How many samples it was measured on.
        code: The largest difference in a code, where the same was chosen; relative to the largest number of all.
        output: The largest difference in an output, of equal codes.
        flips: The share of choices that fell out differently.
        allowed: The largest difference that passes.
    """

    samples: int
    code: float
    output: float
    flips: float
    allowed: float

    def require(self) -> None:
        """Makes sure that it is good enough.

        Raises:
            ExportFailed: It isn't.
        """
        # Written so that what is no number fails.
        if not (self.code <= self.allowed and self.output <= self.allowed and self.flips <= FLIPS):
            raise ExportFailed(
                f"the page's network would differ from Keras's by {self.output:.2g} in an output, {self.code:.2g} in a "
                f"code and {self.flips:.1%} of choices (allowed: {self.allowed:g}, {self.allowed:g} and {FLIPS:.0%}), "
                "so that no page was written; try --precision float32"
            )


def compare(
    encoder: Program,
    decoder: Program,
    weights: Floats,
    precision: Precision,
    given: list[Floats],
    codes: Floats,
    outputs: Floats,
) -> Agreement:
    """Compares a page's network with Keras's.

    Args:
        encoder: The encoder as the page has it.
        decoder: The decoder, likewise.
        weights: The weights as the page reads them.
        precision: What they are written as.
        given: Samples, and their labels where there is a condition.
        codes: Their codes by Keras, (count, *latent_shape).
        outputs: What Keras decodes these codes to, (count, *sample_shape).
    """
    received = run(encoder, weights, *given)[0].reshape(codes.shape)
    decoded = run(decoder, weights, codes, *given[1:])[0]
    allowed = ALLOWED[precision]
    away = np.abs(received - codes) / max(float(np.abs(codes).max(initial=0.0)), 1e-6)
    flips = 0.0
    if CHOOSING & {step.op for step in encoder.steps}:
        flipped, at_stake = away > allowed, (received != 0) | (codes != 0)
        flips, away = float(flipped.sum() / max(at_stake.sum(), 1)), away[~flipped]
    scale = max(1.0, float(np.abs(outputs).max(initial=0.0)))
    output = float(np.abs(decoded - outputs).max(initial=0.0)) / scale
    return Agreement(len(codes), float(away.max(initial=0.0)), output, flips, allowed)
