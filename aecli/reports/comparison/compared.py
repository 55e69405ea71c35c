"""What is read of a run to compare it: record, settings, metrics."""

from __future__ import annotations

from dataclasses import dataclass, field

from aecli.core.errors import ConfigError, RunError
from aecli.data.facts import fingerprints
from aecli.evaluation.report import Better, Metric, Report
from aecli.runs.folder import RunFolder
from aecli.runs.record import Record
from aecli.runs.remarks import Remarks
from aecli.runs.settings import Settings, read_settings


@dataclass(frozen=True)
class ComparedRun:
    """A run, as far as it can be read.

    Attributes:
        folder: Its folder.
        record: Its `run.json`; None if that is damaged.
        settings: Its config.
        metrics: All its numbers by name: the losses of its record, and those of `metrics.json`.
        remarks: Its tags and its note.
        trouble: What is damaged or missing, in words; empty if nothing is.
    """

    folder: RunFolder
    record: Record | None
    settings: Settings
    metrics: dict[str, Metric]
    remarks: Remarks = field(default_factory=Remarks)
    trouble: str = ""

    @property
    def fingerprint(self) -> str:
        """That of the test samples: numbers on other samples aren't comparable."""
        return "" if self.record is None else fingerprints(self.record.data)[1]


def read_run(folder: RunFolder) -> ComparedRun:
    """Reads a run; what is damaged becomes its `trouble`."""
    try:
        record = folder.read_record()
        settings = read_settings(folder)
    except (RunError, ConfigError) as error:
        return ComparedRun(folder, None, {}, {}, trouble=f"damaged: {_short(str(error), folder)}")
    metrics, troubles = _of_record(record), []
    try:
        metrics |= _of_report(folder, record)
    except RunError as error:
        troubles.append(_short(str(error), folder))
    remarks, trouble = _remarks(folder)
    return ComparedRun(
        folder, record, settings, metrics, remarks, "; ".join(filter(None, [*troubles, trouble]))
    )


def glance_at(folder: RunFolder) -> ComparedRun:
    """Reads what a list shows of a run, its record and its remarks alone."""
    try:
        record = folder.read_record()
    except RunError as error:
        return ComparedRun(folder, None, {}, {}, trouble=f"damaged: {_short(str(error), folder)}")
    return ComparedRun(folder, record, {}, {}, *_remarks(folder))


def _remarks(folder: RunFolder) -> tuple[Remarks, str]:
    """What was said of a run, and what is wrong with that."""
    try:
        return Remarks.read(folder), ""
    except RunError as error:
        return Remarks(), _short(str(error), folder)


def _of_record(record: Record) -> dict[str, Metric]:
    """The losses that a run's own end reported, and what it cost; the record has checked them."""
    metrics = {}
    for name, value in record.test.items():
        better: Better = "lower" if name in ("reconstruction", "total") else None
        metrics[f"test.{name}"] = Metric(value=value, unit=record.unit, better=better)
    size = 1
    for length in record.latent_shape:
        size *= length
    metrics["latent.size"] = Metric(value=size, unit="dimensions")
    metrics["cost.parameters"] = Metric(value=record.parameters, unit="numbers", better="lower")
    if record.seconds is not None:
        metrics["cost.training_seconds"] = Metric(value=record.seconds, unit="s", better="lower", timed=True)
    return metrics


def _of_report(folder: RunFolder, record: Record) -> dict[str, Metric]:
    """What `aecli evaluate` measured, if it measured the network that is there now.

    Raises:
        RunError: It measured another one, or its report is damaged.
    """
    if not folder.evaluation.is_file():
        return {}
    report = Report.read(folder.evaluation)
    if report.weights != record.weights:
        raise RunError("metrics.json is older than the network: evaluate again")
    if report.own.data.get("test_fingerprint") != record.data["test_fingerprint"]:
        raise RunError("metrics.json was measured on other data: evaluate again")
    return report.own.metrics


def _short(text: str, folder: RunFolder) -> str:
    """The first line of an error, without the folder that the row names anyway."""
    return text.splitlines()[0].replace(f"{folder.path}/", "")
