"""`--where 'model.type == conv'`: what must hold of a run."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aecli.config.yaml_text import dump_value, parse
from aecli.core.errors import RequestError
from aecli.core.text import printable
from aecli.reports.comparison.compared import ComparedRun
from aecli.reports.selection.values import as_number, require_known, values

ORDERS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
FORM = re.compile(r"\s*([^\s=!<>]+)\s*(==|!=|<=|>=|<|>)\s*(.*?)\s*", re.DOTALL)


@dataclass(frozen=True)
class Condition:
    """A name, an operator and a value.

    Attributes:
        name: Of a setting, a metric, or one of `aecli.reports.selection.values.OWN`.
        operator: One of == != < <= > >=.
        value: What it is held against: a number, or text as it was typed.
        texts: The forms in which a run's text is equal to it.
    """

    name: str
    operator: str
    value: float | str
    texts: frozenset[str]

    def holds(self, run: ComparedRun) -> bool:
        """Whether it holds of a run; of one that has no such thing, only `!=` does."""
        found = values(run, self.name)
        if self.operator in ORDERS:
            order = ORDERS[self.operator]
            assert isinstance(self.value, float)
            return any(isinstance(one, float) and order(one, self.value) for one in found)
        return any(one == self.value or one in self.texts for one in found) == (self.operator == "==")


def parse_condition(text: str) -> Condition:
    """Reads a condition.

    Raises:
        RequestError: It isn't one.
    """
    match = FORM.fullmatch(text)
    if match is None or not match[3]:
        raise RequestError(
            f"--where {printable(text)}: expected NAME OPERATOR VALUE, with one of == != < <= > >=, as in "
            "--where 'model.type == conv'"
        )
    name, operator_, typed = match.groups()
    value = as_number(typed)
    if operator_ in ORDERS and not isinstance(value, float):
        raise RequestError(
            f"--where {printable(text)}: {operator_} compares numbers, and {printable(typed)} is none"
        )
    data = parse(typed, f"--where {printable(text)}", has_lines=False).data
    texts = {typed, dump_value(data), *([data] if isinstance(data, str) else [])}
    return Condition(name, operator_, value, frozenset(texts))


def select(runs: Sequence[ComparedRun], conditions: Sequence[Condition]) -> list[ComparedRun]:
    """The runs that all conditions hold of.

    Raises:
        RequestError: A condition names what no run has.
    """
    require_known([condition.name for condition in conditions], runs, "--where")
    return [run for run in runs if all(condition.holds(run) for condition in conditions)]
