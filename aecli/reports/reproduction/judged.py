"""In words, whether a run reached what its recipe expects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aecli.config.trial import Trial
from aecli.core.text import number
from aecli.evaluation.report import Findings
from aecli.reports.reproduction.verdicts import Line, Verdict, lines


def judged(trial: Trial, found: Findings) -> str | None:
    """Whether a run is as its recipe expects, in a sentence; None if nothing found is judged."""
    judged = [
        line for line in lines(trial.recipe, trial.expectations, [found]) if line.values and _judged_by(line)
    ]
    if not judged:
        return None
    verdicts = {line.verdict for line in judged}
    if Verdict.DRIFT in verdicts:
        judged = [line for line in judged if line.verdict is Verdict.DRIFT]
        start = f"NOT as the recipe {trial.recipe} expects"
    elif Verdict.OK in verdicts:
        start = f"As the recipe {trial.recipe} expects"
    else:
        start = f"Better than the recipe {trial.recipe} expects"
    return f"{start}: {', '.join(map(_beside, judged))}"


def _judged_by(line: Line) -> Sequence[Any]:
    """The expectations that a number can fail."""
    return [one for one in line.expectations if one.tolerance is not None]


def _beside(line: Line) -> str:
    """A number, and what was expected."""
    expected = " or ".join(f"{number(one.value)} ± {one.tolerance:g}" for one in _judged_by(line))
    return f"{line.metric} {number(line.values[0])} (expected {expected})"
