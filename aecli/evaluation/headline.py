"""What a reader must know first: whether the network beats PCA."""

from __future__ import annotations

from aecli.core.text import number
from aecli.evaluation.report import Findings

EQUAL = 0.05
"""A smaller difference in dB is none."""


def against_pca(found: Findings) -> str | None:
    """The network beside PCA with as many numbers a code, in a sentence; None where either wasn't measured."""
    network = found.metrics.get("reconstruction.psnr")
    pca = found.metrics.get("baseline.pca.psnr")
    if network is None or pca is None:
        return None
    gain = network.value - pca.value
    beside = f"PSNR {number(network.value)} dB against {number(pca.value)} dB"
    if abs(gain) < EQUAL:
        return f"As good as PCA with as many numbers: {beside}"
    return (
        f"{'Better' if gain > 0 else 'WORSE'} than PCA with as many numbers, by {abs(gain):.1f} dB: {beside}"
    )
