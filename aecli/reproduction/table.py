"""Verdicts as a table: post ∣ published ∣ expected ∣ reached ∣ verdict."""

from __future__ import annotations

from collections.abc import Sequence

from aecli.evaluation.table import number
from aecli.reproduction.expectation import Expectation
from aecli.reproduction.verdicts import Line

COLUMNS = ["recipe", "metric", "unit", "post", "published", "expected", "reached", "seeds", "verdict"]


def cells(lines: Sequence[Line]) -> list[list[str]]:
    """The rows as text, one a line."""
    return [
        [
            line.recipe,
            line.metric,
            line.unit,
            *(_expected(line.expected_by(source)) for source in ("post", "published", "measured")),
            reached(line),
            str(len(line.values)),
            str(line.verdict),
        ]
        for line in lines
    ]


def reached(line: Line) -> str:
    """Mean ± standard deviation over the seeds; or why there is nothing."""
    if line.mean is None:
        return f"absent: {line.reason}"
    return number(line.mean) + ("" if line.deviation is None else f" ± {line.deviation:.1g}")


def _expected(expectation: Expectation | None) -> str:
    if expectation is None:
        return "–"
    tolerance = expectation.tolerance
    return number(expectation.value) + ("" if tolerance is None else f" (±{tolerance:g})")
