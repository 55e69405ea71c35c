"""A recipe's section in the results: what it is, where its numbers come from, what it reached, its images."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from aecli.config.recipes import summary
from aecli.core.text import markdown_table, number
from aecli.data.facts import fingerprints
from aecli.evaluation.tables import UNITS, reconstructions
from aecli.reports.reproduction.trials import FoundRun
from aecli.reports.reproduction.verdicts import Line, Reproduced, Verdict

IMAGES = (
    *("reconstructions", "denoising_curve", "loss", "evolution", "projection", "manifold", "prior_samples"),
    *("traversals", "kl", "codes", "codebook", "firing", "filters"),
)
"""The figures that are shown of a recipe, where it has them."""

FACTS = (
    "latent.size",
    "latent.mean",
    "latent.zeros",
    "latent.active_units",
    "latent.mmd",
    "latent.codebook_usage",
    "latent.perplexity",
    "latent.jacobian",
    "likelihood.negative_elbo",
    "likelihood.nll",
    "likelihood.bits_per_number",
    "likelihood.sigma",
    "likelihood.residual",
    "denoising.gain",
    "hidden.gain",
    "samples.agreement",
    "probe.linear_accuracy",
    "probe.knn_accuracy",
    "cost.compression",
    "cost.parameters",
    "cost.multiply_adds",
    "cost.training_seconds",
)
"""The metrics that are shown of a recipe, where it has them."""


def data_of(outcome: Reproduced) -> str:
    """The data set's name, and whether its greys were drawn to black and white."""
    facts = outcome.runs[0].record.data
    return facts["name"] + (", binary" if facts.get("binarized") else "")


def section(outcome: Reproduced, command: str, images: Path) -> str:
    """The section in Markdown, without its heading; its images are copied.

    Args:
        outcome: What came of the recipe.
        command: The command that was typed.
        images: The folder, beside the document, that its images go into.
    """
    return "\n".join(_parts(outcome, command, images)).strip()


def _parts(outcome: Reproduced, command: str, images: Path) -> Iterator[str]:
    trial, runs = outcome.trial, outcome.runs
    yield f"{summary(trial.path)} `aecli train {trial.recipe}`\n"
    seeds = ", ".join(str(run.config.seed) for run in runs)
    seconds = ", ".join(f"{run.record.seconds or 0:.0f}" for run in runs)
    epochs = trial.config.training.epochs
    yield f"{runs[0].record.words}; {epochs} epochs; seeds {seeds}; {seconds} seconds each.\n"
    for note in dict.fromkeys(one.note for one in trial.expectations if one.note):
        yield f"{_in_a_line(note)}\n"
    yield from _drifts(outcome.lines)
    yield from _origin(outcome, command)
    first = outcome.reports[0].own
    yield f"Seed {runs[0].config.seed} beside its baselines, on the test samples:\n"
    yield markdown_table(["reconstruction by", *UNITS.values()], reconstructions(first, errors=False))
    facts = [(name, first.metrics[name]) for name in FACTS if name in first.metrics]
    yield markdown_table(["metric", "value", "unit"], [[n, number(m.value), m.unit] for n, m in facts])
    yield from _images(trial.recipe, runs[0], images)


def _origin(outcome: Reproduced, command: str) -> Iterator[str]:
    """Where the numbers come from."""
    records = [run.record for run in outcome.runs]
    prints = _each(fingerprints(record.data)[1] for record in records)
    starts = sorted(record.started for record in records)
    versions = _each(", ".join(f"{k} {v}" for k, v in record.versions.items()) for record in records)
    machines = _each(f"{record.platform}, {record.device}" for record in records)
    data = records[0].data
    yield f"- data: {data['name']}; test {data['kind']}: {prints} (fingerprint)"
    yield f"- training started: {' to '.join(dict.fromkeys((starts[0], starts[-1])))}"
    yield f"- versions: {versions}"
    yield f"- machine: {machines}"
    yield f"- command: `{_in_a_line(command)}`\n"


def _drifts(lines: Sequence[Line]) -> Iterator[str]:
    for line in lines:
        if line.verdict is Verdict.DRIFT:
            yield f"**{line.metric} is not what was expected: see the table above.**\n"


def _images(recipe: str, run: FoundRun, images: Path) -> Iterator[str]:
    """The run's figures, copied; those that an earlier one had and this one hasn't are taken away."""
    for name in IMAGES:
        source, target = run.folder.figures / f"{name}.png", images / f"{recipe}-{name}.png"
        if source.is_file():
            shutil.copyfile(source, target)
            yield f"![{recipe}: {name}]({images.name}/{target.name})\n"
        else:
            target.unlink(missing_ok=True)


def _each(texts: Iterable[str]) -> str:
    """All that differ."""
    return "; ".join(sorted(set(texts)))


def _in_a_line(text: str) -> str:
    return " ".join(text.split())
