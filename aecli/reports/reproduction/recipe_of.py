"""Run → the recipe that it is of, and in words whether it reached what that expects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aecli.config.load import load_config
from aecli.config.recipes import recipes
from aecli.config.schema import Config
from aecli.core.text import number
from aecli.evaluation.report import Findings
from aecli.reports.reproduction.trials import Trial, identity, trial
from aecli.reports.reproduction.verdicts import Line, Verdict, lines


def recipe_of(config: Config, data: str) -> Trial | None:
    """The shipped recipe that a run trained, whatever its seed, if something is expected of it.

    Args:
        config: The run's config.
        data: The data set that it was trained on, which may be the config's fallback.
    """
    for recipe in recipes():
        shipped = load_config(recipe.path).config
        if shipped.model == config.model and any(one.data == data for one in shipped.expect):
            expecting = trial(str(recipe.path), data)
            if _trained(expecting.config, data) == _trained(config, data):
                return expecting
    return None


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


def _trained(config: Config, data: str) -> dict[str, Any]:
    """What decides a result but for chance."""
    plain = identity(config)
    return plain | {"seed": None, "data": plain["data"] | {"name": data}}


def _judged_by(line: Line) -> Sequence[Any]:
    """The expectations that a number can fail."""
    return [one for one in line.expectations if one.tolerance is not None]


def _beside(line: Line) -> str:
    """A number, and what was expected."""
    expected = " or ".join(f"{number(one.value)} ± {one.tolerance:g}" for one in _judged_by(line))
    return f"{line.metric} {number(line.values[0])} (expected {expected})"
