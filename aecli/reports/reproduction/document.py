"""`docs/RESULTS.md`: what the recipes reach, written from runs; no number in it is typed by hand."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from aecli.config.recipes import summary
from aecli.core.files import write_text
from aecli.core.text import markdown_table, number
from aecli.data.facts import fingerprints
from aecli.evaluation.tables import UNITS, reconstructions
from aecli.reports.reproduction.verdicts import COLUMNS, Line, Reproduced, cells

TODAY = "_adam"
"""How the names of recipes end that train another one's network with an optimizer of today."""

IMAGES = ("reconstructions", "denoising_curve", "projection", "manifold", "prior_samples", "codes")
"""The figures that are shown of a recipe, where it has them."""

FACTS = (
    "latent.size",
    "latent.mean",
    "latent.zeros",
    "latent.active_units",
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


def write_results(outcomes: Sequence[Reproduced], data: str, command: str, path: Path) -> None:
    """Writes the document, and copies the images beside it, into a folder of its name in small letters.

    Args:
        outcomes: What came of the recipes.
        data: The data set's name.
        command: The command that was typed.
        path: The document.
    """
    images = path.parent / path.stem.lower()
    images.mkdir(parents=True, exist_ok=True)
    write_text(path, "\n".join(_document(outcomes, data, command, images)).rstrip() + "\n")


def _document(outcomes: Sequence[Reproduced], data: str, command: str, images: Path) -> Iterator[str]:
    runs = [run for outcome in outcomes for run in outcome.runs]
    versions = dict(runs[0].record.versions)
    prints = sorted({fingerprints(run.record.data)[1] for run in runs})
    machines = sorted({f"{run.record.platform}, {run.record.device}" for run in runs})
    yield f"# Results on {data}\n"
    yield f"Written by `{command}` from {len(runs)} runs. Every number comes from a run's own files.\n"
    yield f"- machine: {'; '.join(machines)}; {os.cpu_count()} processors"
    yield f"- versions: {', '.join(f'{name} {version}' for name, version in versions.items())}"
    yield f"- test samples: {', '.join(prints)} (fingerprint)"
    starts = sorted(run.record.started for run in runs)
    yield f"- training started: {starts[0]} to {starts[-1]}\n"
    yield "[METRICS.md](METRICS.md) says what each metric is. Reached: mean ± standard deviation.\n"
    older = [outcome for outcome in outcomes if not outcome.trial.recipe.endswith(TODAY)]
    newer = [outcome for outcome in outcomes if outcome.trial.recipe.endswith(TODAY)]
    yield "## What was expected, and what was reached\n"
    yield markdown_table(COLUMNS, cells([line for outcome in older for line in outcome.lines]))
    if newer:
        yield "## The same networks and epochs with an optimizer of today\n"
        yield markdown_table(COLUMNS, cells([line for outcome in newer for line in outcome.lines]))
    for outcome in outcomes:
        yield from _section(outcome, images)


def _section(outcome: Reproduced, images: Path) -> Iterator[str]:
    """A recipe: what it is, why it differs, beside its baselines, what it costs, images."""
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
    yield f"Seed {outcome.runs[0].config.seed} beside its baselines, on the test samples:\n"
    yield markdown_table(["reconstruction by", *UNITS.values()], reconstructions(first.own, errors=False))
    facts = [(name, first.own.metrics[name]) for name in FACTS if name in first.own.metrics]
    yield markdown_table(["metric", "value", "unit"], [[n, number(m.value), m.unit] for n, m in facts])
    for name in IMAGES:
        source = outcome.runs[0].folder.figures / f"{name}.png"
        if source.is_file():
            target = images / f"{trial.recipe}-{name}.png"
            shutil.copyfile(source, target)
            yield f"![{trial.recipe}: {name}]({images.name}/{target.name})\n"


def _drifts(lines: Sequence[Line]) -> Iterator[str]:
    for line in lines:
        if line.verdict.name == "DRIFT":
            yield f"**{line.metric} is not what was expected: see the table above.**\n"
