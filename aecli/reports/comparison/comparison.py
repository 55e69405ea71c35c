"""Runs → a table: what differs, what they reached, what they cost, and which is best at what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from string import ascii_uppercase

from aecli.core.errors import RequestError
from aecli.core.text import did_you_mean, printable
from aecli.evaluation.report import Better
from aecli.reports.comparison.compared import ComparedRun
from aecli.reports.comparison.differences import differing

HEADLINES = (
    "test.reconstruction",
    "reconstruction.psnr",
    "denoising.gain",
    "likelihood.nll",
    "likelihood.negative_elbo",
    "probe.linear_accuracy",
    "latent.size",
    "cost.training_seconds",
)
"""The metrics that matter, the first first; those that runs have in different units say nothing side by side."""

MOST = 3
"""How many of them are shown unless others are asked for."""


@dataclass(frozen=True)
class Cell:
    """A number in a table.

    Attributes:
        value: The number, or the mean over a group's runs.
        spread: Standard deviation over a group's runs; None outside of groups.
        best: Whether no comparable row has a better one.
    """

    value: float
    spread: float | None = None
    best: bool = False


@dataclass(frozen=True)
class Column:
    """A metric in a table: numbers of different units stand in different columns."""

    name: str
    unit: str
    better: Better


@dataclass(frozen=True)
class Row:
    """A run, or a group of runs that differ in their seed alone.

    Attributes:
        runs: The runs' ids.
        status: How far they are; or what is damaged.
        data: The name of the data set and, if the table holds several, a letter for these test samples.
        mark: That letter alone, or nothing.
        settings: What differs, by name.
        cells: The numbers.
        remarks: What people said of it: `tags`, `note`.
    """

    runs: tuple[str, ...]
    status: str
    data: str
    mark: str
    settings: dict[str, str]
    cells: dict[Column, Cell] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Comparison:
    """A table of runs.

    Attributes:
        settings: The names of the settings that differ.
        columns: The metrics.
        rows: The runs.
        notes: What a reader must know, a sentence each.
    """

    settings: list[str]
    columns: list[Column]
    rows: list[Row]
    notes: list[str]

    @property
    def remarks(self) -> list[str]:
        """What was said of at least one run: `tags`, `note`."""
        return [name for name in ("tags", "note") if any(row.remarks.get(name) for row in self.rows)]


def compare(
    runs: Sequence[ComparedRun], metrics: Sequence[str] = (), sorted_by: str | None = None
) -> Comparison:
    """Builds the table, a row a run, in the runs' order.

    Args:
        runs: The runs.
        metrics: Names of the metrics to show; `all` shows all, none the first headlines that there are.
        sorted_by: What it will be sorted by: if that is a metric, it is shown too.

    Raises:
        RequestError: No run has a metric of that name.
    """
    names = differing([run.settings for run in runs if run.record is not None])
    columns = _columns(runs, metrics, sorted_by)
    marks = _marks(runs)
    rows = [_row(run, names, columns, marks) for run in runs]
    return Comparison(names, columns, mark_best(rows, columns), _notes(runs, marks))


def mark_best(rows: Sequence[Row], columns: Sequence[Column]) -> list[Row]:
    """Marks the best number of each column among the rows on the same test samples."""
    marked = [replace(row, cells=dict(row.cells)) for row in rows]
    for column in columns:
        for mark in {row.mark for row in marked} if column.better else ():
            rivals = [row for row in marked if row.mark == mark and column in row.cells]
            if len(rivals) < 2:
                continue
            choose = min if column.better == "lower" else max
            best = choose(row.cells[column].value for row in rivals)
            for row in rivals:
                if row.cells[column].value == best:
                    row.cells[column] = replace(row.cells[column], best=True)
    return marked


def sort(comparison: Comparison, name: str) -> Comparison:
    """Sorts by a metric (the best first), or by a setting; rows without it come last.

    Raises:
        RequestError: The table has no such column.
    """
    columns = [column for column in comparison.columns if column.name == name]
    if columns:
        rows = comparison.rows
        for column in reversed(columns):
            sign = -1 if column.better == "higher" else 1
            rows = sorted(
                rows,
                key=lambda row, c=column, s=sign: s * row.cells[c].value if c in row.cells else float("inf"),  # type: ignore[misc]
            )
    elif name in comparison.settings:
        rows = sorted(comparison.rows, key=lambda row: _by_setting(row.settings.get(name)))
    else:
        known = [*(column.name for column in comparison.columns), *comparison.settings]
        raise RequestError(
            f"--sort {printable(name)}: the table has no such column; {did_you_mean(name, known)}"
        )
    return replace(comparison, rows=rows)


def _by_setting(value: str | None) -> tuple[int, float, str]:
    """Numbers by size, then texts, then nothing."""
    if value is None:
        return (2, 0.0, "")
    try:
        return (0, float(value), "")
    except ValueError:
        return (1, 0.0, value)


def _columns(runs: Sequence[ComparedRun], metrics: Sequence[str], sorted_by: str | None) -> list[Column]:
    """The metrics to show that at least one run has."""
    there: dict[str, dict[str, Column]] = {}
    for run in runs:
        for name, metric in run.metrics.items():
            there.setdefault(name, {})[metric.unit] = Column(name, metric.unit, metric.better)
    headlines = [name for name in HEADLINES if len(there.get(name, ())) == 1][:MOST]
    wanted = list(there) if "all" in metrics else list(metrics) or headlines
    for name in metrics:
        if name != "all" and name not in there:
            raise RequestError(
                f"--metric {printable(name)}: none of these runs has it; {did_you_mean(name, there)}"
            )
    if sorted_by in there and sorted_by not in wanted:
        wanted.append(sorted_by)
    return [column for name in wanted for column in there.get(name, {}).values()]


def _marks(runs: Sequence[ComparedRun]) -> dict[str, str]:
    """A letter for each set of test samples; nothing if there is but one."""
    prints = list(dict.fromkeys(run.fingerprint for run in runs if run.record is not None))
    if len(prints) < 2:
        return dict.fromkeys(prints, "")
    letters = [*ascii_uppercase, *(f"{a}{b}" for a in ascii_uppercase for b in ascii_uppercase)]
    return dict(zip(prints, letters, strict=False))


def _row(run: ComparedRun, names: Sequence[str], columns: Sequence[Column], marks: dict[str, str]) -> Row:
    """A run's row."""
    if run.record is None:
        return Row((run.folder.id,), run.trouble, "", "?", {})
    mark = marks[run.fingerprint]
    cells = {
        column: Cell(run.metrics[column.name].value)
        for column in columns
        if column.name in run.metrics and run.metrics[column.name].unit == column.unit
    }
    status = run.record.status.value + (f" ({run.trouble})" if run.trouble else "")
    data = run.record.data["name"] + (f" [{mark}]" if mark else "")
    settings = {name: run.settings[name] for name in names if name in run.settings}
    remarks = {"tags": ", ".join(run.remarks.tags), "note": run.remarks.note}
    return Row((run.folder.id,), status, data, mark, settings, cells, remarks)


def _notes(runs: Sequence[ComparedRun], marks: dict[str, str]) -> list[str]:
    """What the marks mean, and what to do where metrics are missing."""
    notes = []
    if any(marks.values()):
        sets = []
        for fingerprint, mark in marks.items():
            record = next(run.record for run in runs if run.fingerprint == fingerprint)
            assert record is not None
            data = record.data
            sets.append(f"[{mark}] {data['test_samples']} test samples of {data['name']} ({fingerprint})")
        notes.append(
            "Runs on different test samples, whose numbers don't compare; the best is marked within each: "
            + "; ".join(sets)
        )
    bare = [run.folder.id for run in runs if run.record is not None and not run.folder.evaluation.is_file()]
    if bare:
        some = ", ".join(bare[:3]) + (f" and {len(bare) - 3} more" if len(bare) > 3 else "")
        notes.append(f"Not evaluated yet (aecli evaluate RUN): {some}")
    return notes
