"""The story of an evaluation: run → its data, read again → metrics → `metrics.json`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from aecli import __version__
from aecli.config import Config
from aecli.data.sources.source import DataSource
from aecli.data.splits import DataSet, Split, prepare
from aecli.data.streamed import Streamed
from aecli.errors import DataError
from aecli.evaluation.anomaly import anomaly
from aecli.evaluation.code import code
from aecli.evaluation.cost import cost
from aecli.evaluation.denoising import CURVES, denoising
from aecli.evaluation.floors import floors
from aecli.evaluation.likelihood import likelihood
from aecli.evaluation.probes import probes
from aecli.evaluation.reconstruction import reconstruction
from aecli.evaluation.report import Findings, Report
from aecli.evaluation.subject import Subject
from aecli.figures.noise_curve import noise_curve
from aecli.files import atomic_write
from aecli.messages import Messages
from aecli.plugins import changed_plugin
from aecli.record import Record
from aecli.run_folder import RunFolder
from aecli.trained import TrainedRun, load_run

MEASURED_BYTES = 2**30
"""What the images of one split may take."""


def evaluate(folder: RunFolder, nll_samples: int, others: Sequence[DataSource], messages: Messages) -> Report:
    """Measures a run on the test split of its own data, and of others.

    Args:
        folder: The run's folder.
        nll_samples: Draws an image for the importance-sampled likelihood; 0 leaves it out.
        others: Further data sets.
        messages: Where progress and warnings go.

    Returns:
        The report, which is also written into the run's folder.

    Raises:
        RunError: The run has no network, or is damaged.
        DataError: Data can't be had, or isn't what the run was trained on.
    """
    run = load_run(folder)
    if warning := changed_plugin(run.record, run.config.model):
        messages.warn(warning)
    data = in_memory(own_data(run.config, run.record, messages), messages)
    foreign = [_other_data(source, data, run.config.seed, messages) for source in others]
    subject = Subject.of(run, data, data.train.images)
    report = Report(
        run=folder.id,
        aecli=__version__,
        checkpoint=run.record.checkpoint or "last",
        checkpoint_epoch=run.record.checkpoint_epoch or run.record.epochs_done,
        seed=run.config.seed,
        nll_samples=nll_samples,
        own=_measure(subject, nll_samples, messages.say),
    )
    report.own.merge(_of_training(run.record))
    report.own.merge(anomaly(subject))
    report.own.merge(cost(subject))
    _draw_curve(run, report.own)
    for other in foreign:
        there = Subject.of(run, other, data.train.images)
        report.others.append(_measure(there, nll_samples, messages.say))
    report.write(folder.evaluation)
    return report


def own_data(config: Config, record: Record, messages: Messages) -> DataSet:
    """The data that a run was trained on, read again.

    Raises:
        DataError: It can't be had, or what is there now is something else.
    """
    data = prepare(config.data.read(messages.warn), config.seed)
    data.check_same_as(record.data, record.id)
    return data


def in_memory(data: DataSet, messages: Messages) -> DataSet:
    """Data that can be measured: of what is streamed, as many images as memory holds."""
    numbers = prod(data.image_shape)
    most = max(1, MEASURED_BYTES // (4 * numbers))

    def held(split: Split) -> Split:
        return split.take(np.arange(min(len(split), most))) if isinstance(split.images, Streamed) else split

    train, test = held(data.train), held(data.test)
    if (len(train), len(test)) == (len(data.train), len(data.test)):
        return replace(data, train=train, test=test)
    messages.warn(
        f"{data.record['name']} is larger than memory: measured on {len(test):,} of {len(data.test):,} test "
        f"images; floors and probes learn from {len(train):,} of {len(data.train):,} training images"
    )
    record = {**data.record, "test_images": len(test)}
    return replace(data, train=train, test=test, record=record)


def _other_data(source: DataSource, own: DataSet, seed: int, messages: Messages) -> DataSet:
    """Data that the run never saw, with images of the same shape."""
    data = prepare(source.read(messages.warn), seed, own.scaling)
    if data.image_shape != own.image_shape:
        raise DataError(
            f"{data.record['name']} ({data.record['origin']}): expected images of shape {own.image_shape}, "
            f"as the run was trained on, received {data.image_shape}"
        )
    return data


def _measure(subject: Subject, nll_samples: int, say: Callable[[str], None]) -> Findings:
    """All that can be measured on any data."""
    steps: list[tuple[str, Callable[[], Findings]]] = [
        (
            "reconstruction",
            lambda: reconstruction("reconstruction", subject.images, subject.outputs, subject.form),
        ),
        ("denoising", lambda: denoising(subject)),
        ("the code", lambda: code(subject)),
        (f"the likelihood ({nll_samples} draws an image)", lambda: likelihood(subject, nll_samples)),
        ("probes", lambda: probes(subject)),
        ("floors", lambda: floors(subject)),
    ]
    found = Findings(data=subject.data.record)
    for name, step in steps:
        say(f"{subject.data.record['name']}: measuring {name} …")
        found.merge(step())
    return found


def _of_training(record: Record) -> Findings:
    """The loss of the last epoch on the training images, as it was logged: while the weights moved."""
    found = Findings()
    for name in ("reconstruction", "total"):
        if name in record.metrics:
            found.add(f"training.{name}", record.metrics[name], record.unit, "lower")
    return found


def _draw_curve(run: TrainedRun, found: Findings) -> None:
    """Quality against noise level, beside the run's other figures; only a denoising run has one."""
    if CURVES[0] not in found.series:
        return
    outputs, inputs = (found.series[name] for name in CURVES)
    corruption: Any = run.config.corruption
    figure = noise_curve(
        run.record.id, corruption.strength, corruption.level, outputs.positions, outputs.values, inputs.values
    )
    with atomic_write(run.folder.figures / "denoising_curve.png") as file:
        figure.savefig(file, format="png")
