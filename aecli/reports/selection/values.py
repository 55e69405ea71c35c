"""What of a run can be named in a condition or sorted by: settings, metrics, and a few words of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from aecli.core.errors import RequestError
from aecli.core.text import did_you_mean, printable
from aecli.reports.comparison.compared import ComparedRun

SHORT = {"test": "test.reconstruction"}
"""Short names of metrics."""


def _status(run: ComparedRun) -> list[str]:
    return [run.record.status.value if run.record else "damaged"]


OWN: dict[str, Callable[[ComparedRun], Iterable[str]]] = {
    "status": _status,
    "name": lambda run: [run.folder.name],
    "tag": lambda run: run.remarks.tags,
    "unit": lambda run: [run.record.unit] if run.record else [],
}
"""What is neither a setting nor a metric; `seed` is a setting."""


def values(run: ComparedRun, name: str) -> list[float | str]:
    """What a run has under a name: nothing, one value, or, of tags, several."""
    name = SHORT.get(name, name)
    if name in OWN:
        return list(OWN[name](run))
    if name in run.metrics:
        return [run.metrics[name].value]
    return [as_number(run.settings[name])] if name in run.settings else []


def as_number(text: str) -> float | str:
    """A setting as a number, if it is one."""
    try:
        return float(text)
    except ValueError:
        return text


def require_known(names: Iterable[str], runs: Sequence[ComparedRun], flag: str) -> None:
    """Refuses a name that nothing has.

    Args:
        names: The names.
        runs: The runs, one of which must have it; of none, nothing is known and nothing refused.
        flag: What the names were given to, for the message.

    Raises:
        RequestError: No run has it.
    """
    known = {*OWN, *SHORT}
    for run in runs:
        known |= run.settings.keys() | run.metrics.keys()
    for name in names:
        if runs and name not in known:
            raise RequestError(f"{flag} {printable(name)}: no run here has it; {did_you_mean(name, known)}")
