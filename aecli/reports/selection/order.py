"""The best first, and the best."""

from __future__ import annotations

from collections.abc import Sequence

from aecli.core.errors import RequestError, RunError
from aecli.core.text import did_you_mean, printable
from aecli.reports.comparison.compared import ComparedRun
from aecli.reports.comparison.differences import differing
from aecli.reports.selection.values import SHORT, require_known, values
from aecli.runs.lookup import FINISHED


def sort_runs(runs: Sequence[ComparedRun], name: str) -> list[ComparedRun]:
    """Sorts by a metric, the best first and each unit apart; or by a setting; runs without it come last.

    Raises:
        RequestError: No run has it.
    """
    require_known([name], runs, "--sort")

    def key(run: ComparedRun) -> tuple[bool, str, bool, float, str]:
        metric = run.metrics.get(SHORT.get(name, name))
        value = next(iter(values(run, name)), None)
        if isinstance(value, float):
            sign = -1 if metric and metric.better == "higher" else 1
            return False, metric.unit if metric else "", False, sign * value, ""
        return value is None, "", True, 0.0, value or ""

    return sorted(runs, key=key)


def best_run(runs: Sequence[ComparedRun], name: str) -> ComparedRun:
    """The best complete run by a metric.

    Raises:
        RequestError: No metric is called so, neither way is better, or the runs' numbers don't compare.
        RunError: No complete run has it.
    """
    whole = SHORT.get(name, name)
    known = {*SHORT, *(metric for run in runs for metric in run.metrics)}
    if runs and name not in known:
        raise RequestError(f"{printable(name)}: no run here has such a metric; {did_you_mean(name, known)}")
    rivals = [run for run in runs if run.record and run.record.status in FINISHED and whole in run.metrics]
    if not rivals:
        raise RunError(f"{printable(name)}: no complete run has it")
    first = rivals[0].metrics[whole]
    if first.better is None:
        raise RequestError(f"{whole}: neither more nor less of it is better; see aecli runs --sort {whole}")
    if len({run.metrics[whole].unit for run in rivals}) > 1:
        raise _incomparable(whole, rivals, "in different units", ["unit"])
    if len({run.fingerprint for run in rivals}) > 1:
        settings = differing([run.settings for run in rivals])
        raise _incomparable(
            whole,
            rivals,
            "on different test samples",
            [name for name in settings if name.startswith("data.")],
        )
    return sort_runs(rivals, whole)[0]


def _incomparable(metric: str, rivals: Sequence[ComparedRun], why: str, names: Sequence[str]) -> RequestError:
    """What to type where numbers don't compare: what the newest of the runs has under some names."""
    conditions = [
        f"--where '{name} == {next(iter(values(rivals[0], name)))}'"
        for name in names
        if values(rivals[0], name)
    ]
    such = f", as in {' '.join(conditions)}" if conditions else ""
    return RequestError(
        f"{metric}: {len(rivals)} runs {why}, whose numbers don't compare; choose among them with --where{such}"
    )
