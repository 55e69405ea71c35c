"""`docs/RESULTS.md`: what the recipes reach, written from runs; no number in it is typed by hand."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from aecli.config.recipes import summary
from aecli.evaluation.report import Report
from aecli.evaluation.table import UNITS, WHO, number
from aecli.files import write_text
from aecli.reproduction.table import COLUMNS, cells
from aecli.reproduction.verdicts import Line

if TYPE_CHECKING:
    from aecli.reproduction.reproduce import Outcome

TODAY = "_adam"
"""How the names of recipes end that train another one's network with an optimizer of today."""

PICTURES = ("reconstructions", "denoising_curve", "projection", "manifold", "prior_samples", "codes")
"""The figures that are shown of a recipe, where it has them."""

FACTS = (
    "code.numbers",
    "code.mean",
    "code.zeros",
    "code.active_units",
    "likelihood.negative_elbo",
    "likelihood.nll",
    "denoising.gain",
    "probe.linear_accuracy",
    "probe.knn_accuracy",
    "cost.compression",
    "cost.parameters",
    "cost.multiply_adds",
    "cost.training_seconds",
)


def write_results(outcomes: Sequence[Outcome], data: str, command: str, path: Path) -> None:
    """Writes the document, and copies the pictures beside it, into a folder of its name in small letters.

    Args:
        outcomes: What came of the recipes.
        data: The data set's name.
        command: The command that was typed.
        path: The document.
    """
    pictures = path.parent / path.stem.lower()
    pictures.mkdir(parents=True, exist_ok=True)
    write_text(path, "\n".join(_document(outcomes, data, command, pictures)).rstrip() + "\n")


def _document(outcomes: Sequence[Outcome], data: str, command: str, pictures: Path) -> Iterator[str]:
    runs = [run for outcome in outcomes for run in outcome.runs]
    versions = dict(runs[0].record.versions)
    prints = sorted({f"{run.record.data['test_fingerprint']}" for run in runs})
    machines = sorted({f"{run.record.platform}, {run.record.device}" for run in runs})
    yield f"# Results on {data}\n"
    yield f"Written by `{command}` from {len(runs)} runs. Every number comes from a run's own files.\n"
    yield f"- machine: {'; '.join(machines)}; {os.cpu_count()} processors"
    yield f"- versions: {', '.join(f'{name} {version}' for name, version in versions.items())}"
    yield f"- test images: {', '.join(prints)} (fingerprint)"
    starts = sorted(run.record.started for run in runs)
    yield f"- training started: {starts[0]} to {starts[-1]}\n"
    yield "[METRICS.md](METRICS.md) says what each metric is. Reached: mean ± standard deviation.\n"
    older = [outcome for outcome in outcomes if not outcome.trial.recipe.endswith(TODAY)]
    newer = [outcome for outcome in outcomes if outcome.trial.recipe.endswith(TODAY)]
    yield "## What was expected, and what was reached\n"
    yield from _table(COLUMNS, cells([line for outcome in older for line in outcome.lines]))
    if newer:
        yield "## The same networks and epochs with an optimizer of today\n"
        yield from _table(COLUMNS, cells([line for outcome in newer for line in outcome.lines]))
    for outcome in outcomes:
        yield from _section(outcome, pictures)


def _section(outcome: Outcome, pictures: Path) -> Iterator[str]:
    """A recipe: what it is, why it differs, beside its floors, what it costs, pictures."""
    trial = outcome.trial
    yield f"## {trial.recipe}\n"
    yield f"{summary(trial.path)} `aecli train {trial.recipe}`\n"
    seeds = ", ".join(str(run.config.seed) for run in outcome.runs)
    seconds = ", ".join(f"{run.record.seconds or 0:.0f}" for run in outcome.runs)
    yield f"{trial.config.training.epochs} epochs; seeds {seeds}; {seconds} seconds each.\n"
    for note in dict.fromkeys(one.note for one in trial.expectations if one.note):
        yield f"{note}\n"
    yield from _drifts(outcome.lines)
    first = outcome.reports[0]
    yield f"Seed {outcome.runs[0].config.seed} beside its floors, on the test images:\n"
    yield from _table(["reconstruction by", *UNITS.values()], _floors(first))
    facts = [(name, first.own.metrics[name]) for name in FACTS if name in first.own.metrics]
    yield from _table(["metric", "value", "unit"], [[n, number(m.value), m.unit] for n, m in facts])
    for name in PICTURES:
        source = outcome.runs[0].folder.figures / f"{name}.png"
        if source.is_file():
            target = pictures / f"{trial.recipe}-{name}.png"
            shutil.copyfile(source, target)
            yield f"![{trial.recipe}: {name}]({pictures.name}/{target.name})\n"


def _drifts(lines: Sequence[Line]) -> Iterator[str]:
    for line in lines:
        if line.verdict.name == "DRIFT":
            yield f"**{line.metric} is not what was expected: see the table above.**\n"


def _floors(report: Report) -> list[list[str]]:
    """A row for each that reconstructs."""
    rows = []
    for prefix, who in WHO.items():
        found = [report.own.metrics.get(f"{prefix}.{name}") for name in UNITS]
        if any(found):
            size = report.own.metrics.get(f"{prefix}.size")
            named = who + (f" ({size.value:.0f} bytes)" if size else "")
            rows.append([named, *("–" if metric is None else number(metric.value) for metric in found)])
    return rows


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    lines = [columns, ["---"] * len(columns), *rows]
    yield from (f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)
    yield ""
