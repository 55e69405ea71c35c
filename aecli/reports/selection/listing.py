"""Runs as a list: a row a run, for people and for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from aecli.core.errors import RunError
from aecli.core.text import number
from aecli.data.facts import fingerprints
from aecli.reports.comparison.compared import ComparedRun
from aecli.reports.selection.values import values
from aecli.runs.record import Record, Status
from aecli.training.history import History

APART = "~"
"""Stands behind a number that doesn't compare with those of most runs on data of that name."""

NOTE = f"{APART} on other test samples than most runs on data of that name (or fewer): it doesn't compare with theirs"

MOST_TROUBLES = 3
"""Of more runs in which something is wrong, only the number is said."""

COLUMNS = ("run", "model", "data (samples)", "epochs", "status", "test loss", "unit")
NUMBERS = ("epochs", "test loss")
SHOWN = ("test", "test.reconstruction", "status", "name", "tag", "data.name")
"""What the columns show anyway."""

EXPENDABLE = ("data (samples)", "model", "epochs", "unit")
"""Columns that a narrow screen does without, the first ones first."""

GAP = 2
"""Spaces between columns."""


def table(
    runs: Sequence[ComparedRun], sorted_by: str | None = None
) -> tuple[list[str], list[list[str]], list[str]]:
    """A list of runs for people.

    Args:
        runs: The runs, in their order.
        sorted_by: What they were sorted by: it has a column, if nothing else shows it.

    Returns:
        Headings; rows; sentences to stand below.
    """
    extra = [sorted_by] if sorted_by and sorted_by not in SHOWN else []
    said = [{"tags": ", ".join(run.remarks.tags), "note": run.remarks.note} for run in runs]
    remarks = [name for name in ("tags", "note") if any(one[name] for one in said)]
    apart = _apart(runs)
    rows = []
    for run, its in zip(runs, said, strict=True):
        values_ = [", ".join(map(_text, values(run, name))) for name in extra]
        rows.append([*_cells(run, run.folder.id in apart), *values_, *(its[name] for name in remarks)])
    notes = [NOTE] if any(row[5].endswith(APART) for row in rows) else []
    troubled = [run for run in runs if run.trouble]
    notes += [f"{run.folder.id}: {run.trouble}" for run in troubled[:MOST_TROUBLES]]
    more = len(troubled) - MOST_TROUBLES
    return [*COLUMNS, *extra, *remarks], rows, [*notes, *([f"and {more:,} more"] if more > 0 else [])]


def fitting(headings: list[str], rows: list[list[str]], width: float) -> tuple[list[str], list[list[str]]]:
    """A list as wide as fits, by leaving out what can best be done without.

    Args:
        headings: The columns.
        rows: Their cells.
        width: How many characters fit beside one another.
    """
    for name in EXPENDABLE:
        columns = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
        if sum(columns) + GAP * (len(columns) - 1) <= width:
            break
        place = headings.index(name)
        headings, *rows = (line[:place] + line[place + 1 :] for line in (headings, *rows))
    return headings, rows


def plain(run: ComparedRun) -> dict[str, Any]:
    """A run for programs."""
    known: dict[str, Any] = {
        "run": run.folder.id,
        "name": run.folder.name,
        "path": str(run.folder.path),
        "status": run.record.status.value if run.record else "damaged",
        "trouble": run.trouble or None,
        "tags": list(run.remarks.tags),
        "note": run.remarks.note,
    }
    if run.record is None:
        return known
    record = run.record
    return known | {
        "reason": record.reason,
        "model": record.model,
        "latent": record.latent,
        "objective": record.objective,
        "seed": record.seed,
        "data": record.data["name"],
        "train_samples": record.data["train_samples"],
        "test_samples": record.data["test_samples"],
        "test_fingerprint": run.fingerprint,
        "epochs": record.epochs,
        "epochs_done": _epoch(run, record),
        "test": record.test,
        "unit": record.unit,
        "settings": run.settings,
        "metrics": {name: metric.value for name, metric in run.metrics.items()},
    }


def _cells(run: ComparedRun, is_apart: bool) -> list[str]:
    record = run.record
    if record is None:
        return [run.folder.id, "", "", "", "damaged", "", ""]
    reached = record.test.get("reconstruction")
    return [
        run.folder.id,
        record.words,
        f"{record.data['name']} ({record.data['train_samples']})",
        f"{_epoch(run, record)}/{record.epochs}",
        record.status.value,
        "" if reached is None else f"{reached:.4g}{APART if is_apart else ''}",
        "" if reached is None else record.unit,
    ]


def _text(value: float | str) -> str:
    return number(value) if isinstance(value, float) else value


def _epoch(run: ComparedRun, record: Record) -> int:
    """The epochs that are done; of a run that goes on, or was killed, its metrics know more than its record."""
    if record.status in (Status.RUNNING, Status.CRASHED):
        with suppress(RunError):
            return len(History.read_csv(run.folder.metrics))
    return record.epochs_done


def _apart(runs: Sequence[ComparedRun]) -> set[str]:
    """The ids of the runs on other test samples than most on data of that name have; of equals, the larger set."""
    records = {run.folder.id: run.record for run in runs if run.record is not None}
    kinds = {
        run: (record.data["name"], fingerprints(record.data)[1], record.data["test_samples"])
        for run, record in records.items()
    }
    usual: dict[str, tuple[int, int, str]] = {}
    for (name, fingerprint, samples), count in Counter(kinds.values()).items():
        usual[name] = max(usual.get(name, (0, 0, "")), (count, samples, fingerprint))
    return {run for run, (name, fingerprint, _) in kinds.items() if fingerprint != usual[name][2]}
