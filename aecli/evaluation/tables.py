"""A report as tables for people: reconstruction beside its baselines, then everything else."""

from __future__ import annotations

from collections.abc import Iterator

from aecli.core.text import number
from aecli.evaluation.report import Findings, Metric, Report

WHO = {
    "reconstruction": "the network",
    "denoising.input": "the corrupted input",
    "baseline.mean_image": "the mean image",
    "baseline.pca": "PCA, as many numbers",
    "baseline.jpeg_with_header": "JPEG, header counted",
    "baseline.jpeg_without_header": "JPEG, header not counted",
}
"""What reconstructs, by the prefix of its metrics' names."""

UNITS = {
    "bce": "BCE (nats/pixel)",
    "mse": "MSE (per pixel)",
    "mae": "MAE (per pixel)",
    "psnr": "PSNR (dB)",
    "ssim": "SSIM",
}

Rows = list[list[str]]


def tables(report: Report, absent: bool = True, errors: bool = True) -> Iterator[tuple[str, list[str], Rows]]:
    """The tables of a report.

    Args:
        report: The report.
        absent: Whether to say what is absent, and why.
        errors: Whether standard errors stand behind the numbers of what reconstructs.

    Yields:
        A heading, the names of the columns, and the rows.
    """
    for i, found in enumerate([report.own, *report.others]):
        whose = "its own data" if i == 0 else "other data"
        known = found.data.get("test_in_training", 0)
        name, mark = found.data.get("name", "?"), found.data.get("test_fingerprint", "?")
        mark += ", binary" if found.data.get("binarized") else ""
        yield (
            f"{report.run} on {found.data.get('test_samples', '?')} test samples of {whose}: {name} ({mark})"
            + (f"; {known:,} of them are in the run's training set" if known else ""),
            ["reconstruction by", *UNITS.values()],
            reconstructions(found, errors),
        )
        yield "", ["metric", "value", "± standard error", "unit"], _others(found)
        if found.absent and absent:
            yield "", ["absent", "because"], _absent(found)


def reconstructions(found: Findings, errors: bool = True) -> Rows:
    """A row for each that reconstructs.

    Args:
        found: What was measured.
        errors: Whether standard errors stand behind the numbers.
    """
    rows = []
    for prefix, who in WHO.items():
        cells = [found.metrics.get(f"{prefix}.{name}") for name in UNITS]
        if any(cells):
            size = found.metrics.get(f"{prefix}.size")
            rows.append(
                [
                    who + (f" ({size.value:.0f} bytes)" if size else ""),
                    *(_cell(cell, errors) for cell in cells),
                ]
            )
    return rows


def _others(found: Findings) -> Rows:
    """A row for each metric that isn't in the first table."""
    shown = {f"{prefix}.{name}" for prefix in WHO for name in (*UNITS, "size")}
    return [
        [name, number(metric.value), "" if metric.se is None else number(metric.se), metric.unit]
        for name, metric in found.metrics.items()
        if name not in shown
    ]


def _absent(found: Findings) -> Rows:
    """A row for each reason."""
    reasons: dict[str, list[str]] = {}
    for name, reason in found.absent.items():
        reasons.setdefault(reason, []).append(name)
    return [[", ".join(names), reason] for reason, names in reasons.items()]


def _cell(metric: Metric | None, error: bool) -> str:
    if metric is None:
        return "–"
    return number(metric.value) + (f" ± {metric.se:.1g}" if error and metric.se is not None else "")
