"""What was expected beside what was reached, whether that is in order, and both as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean, stdev

from aecli.config.expectations import Expectation
from aecli.config.trial import Trial
from aecli.core.text import number
from aecli.evaluation.report import Better, Findings, Report
from aecli.reports.reproduction.trials import FoundRun

DEFAULT_METRICS = ("reconstruction.bce", "latent.mean", "likelihood.negative_elbo", "likelihood.nll")
"""What is shown of a recipe that expects nothing."""


COLUMNS = ["recipe", "metric", "unit", "post", "published", "expected", "reached", "seeds", "verdict"]


class Verdict(StrEnum):
    """How what was reached stands to what was expected."""

    OK = "ok"
    BETTER = "better"
    DRIFT = "DRIFT"
    NONE = "not judged"


@dataclass(frozen=True)
class Line:
    """One metric of one recipe.

    Attributes:
        recipe: The recipe's name.
        metric: The metric's name.
        unit: Its unit.
        expectations: What was expected of it, from different sources.
        values: What was reached, a number a seed; empty if the metric is absent.
        verdict: The worst of the verdicts on the mean.
        reason: Why the metric is absent.
    """

    recipe: str
    metric: str
    unit: str
    expectations: tuple[Expectation, ...]
    values: tuple[float, ...]
    verdict: Verdict
    reason: str = ""

    @property
    def mean(self) -> float | None:
        """The mean over the seeds."""
        return fmean(self.values) if self.values else None

    @property
    def deviation(self) -> float | None:
        """The standard deviation over the seeds, if there are several."""
        return stdev(self.values) if len(self.values) > 1 else None

    def expected_by(self, source: str) -> Expectation | None:
        """The expectation from a source."""
        return next((one for one in self.expectations if one.source == source), None)


@dataclass(frozen=True)
class Reproduced:
    """What a recipe's runs reached.

    Attributes:
        trial: The recipe.
        runs: Its completed runs, a seed each.
        reports: What was measured of each.
        lines: The verdicts.
    """

    trial: Trial
    runs: list[FoundRun]
    reports: list[Report]
    lines: list[Line]


def lines(recipe: str, expectations: Sequence[Expectation], found: Sequence[Findings]) -> list[Line]:
    """Judges a recipe's runs.

    Args:
        recipe: The recipe's name.
        expectations: What it should reach on the data that was measured on.
        found: What its runs reached, one a seed, at least one.
    """
    names = list(dict.fromkeys(one.metric for one in expectations))
    names = names or [name for name in DEFAULT_METRICS if name in found[0].metrics]
    return [
        _line(recipe, name, tuple(one for one in expectations if one.metric == name), found) for name in names
    ]


def judge(value: float, expectation: Expectation, better: Better) -> Verdict:
    """The verdict on a number.

    Args:
        value: What was reached.
        expectation: What was expected.
        better: Which way the metric improves; if neither, both sides are drift.
    """
    if expectation.tolerance is None:
        return Verdict.NONE
    excess = value - expectation.value
    if abs(excess) <= expectation.tolerance:
        return Verdict.OK
    improved = (better == "lower" and excess < 0) or (better == "higher" and excess > 0)
    return Verdict.BETTER if improved else Verdict.DRIFT


def _line(recipe: str, name: str, expectations: tuple[Expectation, ...], found: Sequence[Findings]) -> Line:
    there = [one.metrics[name] for one in found if name in one.metrics]
    if len(there) < len(found):
        reason = found[0].absent.get(name, "there is no such metric")
        verdict = Verdict.DRIFT if any(one.tolerance is not None for one in expectations) else Verdict.NONE
        return Line(recipe, name, "", expectations, (), verdict, reason)
    values = tuple(metric.value for metric in there)
    order = [Verdict.DRIFT, Verdict.OK, Verdict.BETTER, Verdict.NONE]
    verdicts = [judge(fmean(values), one, there[0].better) for one in expectations]
    verdict = min(verdicts, key=order.index, default=Verdict.NONE)
    return Line(recipe, name, there[0].unit, expectations, values, verdict)


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
