"""The story of an evaluation: run → its data, read again → metrics → `metrics.json`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.metadata import version
from math import prod
from typing import Any

import numpy as np
from rich.progress import MofNCompleteColumn

from aecli.core.errors import DataError
from aecli.core.progress import Bar
from aecli.data.facts import Facts
from aecli.data.scaled import FLOAT_BYTES
from aecli.data.sources.source import DataSource
from aecli.data.splits import DataSet, prepare
from aecli.evaluation.anomaly import anomaly
from aecli.evaluation.baselines import baselines
from aecli.evaluation.conditional import conditional
from aecli.evaluation.cost import cost
from aecli.evaluation.denoising import CURVES, at_levels, denoising
from aecli.evaluation.latent import latent
from aecli.evaluation.likelihood import likelihood
from aecli.evaluation.metrics import add_of_plugins
from aecli.evaluation.probes import probes
from aecli.evaluation.reconstruction import reconstruction
from aecli.evaluation.report import MEMORY_LIMIT_MB, PROBE_SAMPLES, Findings, Report
from aecli.evaluation.subject import Subject
from aecli.runs.opened import OpenedRun
from aecli.runs.record import Record

log = logging.getLogger(__name__)

COPIES = 3
"""Of the test samples that are in memory at once: they themselves, their reconstructions and those of a baseline."""


def evaluate(
    run: OpenedRun,
    nll_draws: int,
    others: Sequence[DataSource],
    probe_samples: int = PROBE_SAMPLES,
    memory_limit_mb: int = MEMORY_LIMIT_MB,
) -> Report:
    """Measures a run on the test split of its own data, and of others.

    Args:
        run: The run.
        nll_draws: Draws a sample for the importance-sampled likelihood; 0 leaves it out.
        others: Further data sets.
        probe_samples: Training samples, at most, that teach the probes.
        memory_limit_mb: What test samples may take with all that is made of them, in MiB; of more, some are measured.

    Returns:
        The report, which is also written into the run's folder.

    Raises:
        RunError: The run has no network, or is damaged.
        DataError: Data can't be had, or isn't what the run was trained on.
    """
    most = _room(run, memory_limit_mb)
    data = own_data(run)
    foreign = [_with_at_most(most, _other_data(source, data, run.config.seed)) for source in others]
    data = _with_at_most(most, replace(data, train=data.train_once))
    subject = Subject.of(run, data, data.train.samples)
    report = Report(
        run=run.record.id,
        aecli=version("aecli"),
        checkpoint=run.record.checkpoint or "last",
        checkpoint_epoch=run.record.checkpoint_epoch or run.record.epochs_done,
        weights=run.record.weights or "",
        seed=run.config.seed,
        nll_draws=nll_draws,
        probe_samples=probe_samples,
        memory_limit_mb=memory_limit_mb,
        own=_measure(subject, nll_draws, probe_samples),
    )
    report.own.merge(_of_training(run.record))
    report.own.merge(anomaly(subject))
    report.own.merge(cost(subject))
    add_of_plugins(report.own, subject)
    _draw_curve(run, report.own)
    for other in foreign:
        subject = Subject.of(run, other, data.train.samples)
        report.others.append(_measure(subject, nll_draws, probe_samples))
        add_of_plugins(report.others[-1], subject)
    report.write(run.folder.evaluation)
    return report


def own_data(run: OpenedRun) -> DataSet:
    """The data that a run was trained on, read again.

    Raises:
        DataError: It can't be had, or what is there now is something else.
    """
    data = prepare(run.config.data.read(), run.config.seed)
    data.check_same_as(run.record.data, run.record.id)
    return data


def _room(run: OpenedRun, memory_limit_mb: int) -> int:
    """How many test samples a limit has room for."""
    corruption = run.config.corruption
    copies = COPIES + (0 if corruption is None else 1 + corruption.hides)
    return max(1, memory_limit_mb * 2**20 // (FLOAT_BYTES * copies * prod(run.network.sample_shape)))


def _with_at_most(most: int, data: DataSet) -> DataSet:
    """Data whose test samples are an array, of at most so many, evenly taken; training samples stay."""
    test, count = data.test, len(data.test)
    if count <= most:
        return replace(data, test=replace(test, samples=test.samples[:]))
    log.warning(
        f"{data.record['name']}: measured on {most:,} of {count:,} test samples, evenly taken: "
        "more don't fit into --memory-limit-mb"
    )
    record: Facts = {**data.record, "test_samples": most}
    return replace(data, test=test.take(np.arange(most) * count // most), record=record)


def _other_data(source: DataSource, own: DataSet, seed: int) -> DataSet:
    """Other data with samples of the same shape; its record says how many of them the run was trained on."""
    data = prepare(source.read(), seed, own.scaling)
    if data.sample_shape != own.sample_shape:
        raise DataError(
            f"{data.record['name']} ({data.record['origin']}): expected samples of shape {own.sample_shape}, "
            f"as the run was trained on, received {data.sample_shape}"
        )
    known = int(np.isin(data.test_hashes, own.train_hashes).sum())
    return replace(data, train=data.train_once, record={**data.record, "test_in_training": known})


def _measure(subject: Subject, nll_draws: int, probe_samples: int) -> Findings:
    """All that can be measured on any data."""
    steps: list[Callable[[], Findings]] = [
        lambda: reconstruction("reconstruction", subject.samples, subject.outputs, subject.form),
        lambda: denoising(subject),
        lambda: latent(subject),
        lambda: likelihood(subject, nll_draws),
        lambda: probes(subject, probe_samples),
        lambda: conditional(subject),
        lambda: baselines(subject),
    ]
    found = Findings(data=subject.data.record)
    with Bar(f"Measuring on {subject.data.record['name']}", len(steps), MofNCompleteColumn()) as bar:
        for step in steps:
            found.merge(step())
            bar.advance(1)
    return found


def _of_training(record: Record) -> Findings:
    """The loss of the last epoch on the training samples, as it was logged: while the weights moved."""
    found = Findings()
    for name in ("reconstruction", "total"):
        if name in record.metrics:
            found.add(f"training.{name}", record.metrics[name], record.unit, "lower")
    return found


def _draw_curve(run: OpenedRun, found: Findings) -> None:
    """Quality against noise level, beside the run's other figures; only a denoising run has one."""
    if CURVES[0] not in found.series:
        return
    # Most evaluations draw nothing, and needn't wait for Matplotlib.
    from aecli.figures.cells import look_of
    from aecli.figures.denoising_curve import denoising_curve
    from aecli.figures.style import save_figure

    outputs, inputs = (found.series[name] for name in CURVES)
    corruption: Any = run.config.corruption
    figure = denoising_curve(
        run.record.id,
        corruption.strength,
        corruption.level,
        outputs.positions,
        outputs.values,
        inputs.values,
        at_levels(run),
        look_of(run.kind, run.scaling.bounds, run.reference.samples),
    )
    save_figure(figure, run.folder.figures / "denoising_curve.png")
