"""The document: the tables in a template, which has what is written by hand."""

import re
from collections.abc import Mapping

from benchmarks.contenders import OTHERS
from benchmarks.machine import machine
from benchmarks.plan import Plan
from benchmarks.stand import HERE

TEMPLATE = HERE / "report.md"
FIELD = re.compile(r"\{(\w+)\}")


def document(tables: Mapping[str, str], plan: Plan) -> str:
    """The template with its fields filled in; a table that is missing says so."""
    absent = [name for name, other in OTHERS.items() if not other.installed]
    facts = {
        "machine": machine(),
        "rounds": f"{plan.rounds} round{'s' * (plan.rounds > 1)}",
        "absent": f"Not installed here, and so not measured: {', '.join(absent)}." if absent else "",
    }
    known = {**facts, **{name: text.rstrip() for name, text in tables.items()}}
    return FIELD.sub(lambda field: known.get(field[1], "Not measured."), TEMPLATE.read_text(encoding="utf-8"))
