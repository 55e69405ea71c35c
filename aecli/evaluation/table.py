"""A report as tables for people: reconstruction beside its floors, then everything else."""

from __future__ import annotations

from collections.abc import Iterator

from aecli.evaluation.report import Findings, Metric, Report

WHO = {
    "reconstruction": "the network",
    "denoising.input": "the corrupted input",
    "floor.mean_image": "the mean image",
    "floor.pca": "PCA, as many numbers",
    "floor.jpeg_with_header": "JPEG, header counted",
    "floor.jpeg_without_header": "JPEG, header not counted",
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


def tables(report: Report) -> Iterator[tuple[str, list[str], Rows]]:
    """The tables of a report.

    Yields:
        A heading, the names of the columns, and the rows.
    """
    for i, found in enumerate([report.own, *report.others]):
        whose = "its own data" if i == 0 else "data that it never saw"
        name, mark = found.data.get("name", "?"), found.data.get("test_fingerprint", "?")
        yield (
            f"{report.run} on {found.data.get('test_images', '?')} test images of {whose}: {name} ({mark})",
            ["reconstruction by", *UNITS.values()],
            _reconstructions(found),
        )
        yield "", ["metric", "value", "± standard error", "unit"], _others(found)
        if found.absent:
            yield "", ["absent", "because"], _absent(found)


def _reconstructions(found: Findings) -> Rows:
    """A row for each that reconstructs."""
    rows = []
    for prefix, who in WHO.items():
        cells = [found.metrics.get(f"{prefix}.{name}") for name in UNITS]
        if any(cells):
            size = found.metrics.get(f"{prefix}.size")
            rows.append([who + (f" ({size.value:.0f} bytes)" if size else ""), *map(_with_error, cells)])
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


def _with_error(metric: Metric | None) -> str:
    if metric is None:
        return "–"
    return number(metric.value) + ("" if metric.se is None else f" ± {metric.se:.1g}")


def number(value: float) -> str:
    """Four digits that count, and whole numbers whole."""
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"
