"""Quality against noise level: of corrupted inputs, and of what a denoising autoencoder makes of them."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from aecli.figures.cells import Floats, Look, cell_height, show_cells
from aecli.figures.style import MONITORED, TRAIN, label_cells, new_figure


def denoising_curve(
    title: str,
    strength: str,
    trained_on: float,
    levels: Sequence[float],
    outputs: Sequence[float],
    inputs: Sequence[float],
    example: tuple[Floats, Floats],
    look: Look,
) -> Figure:
    """Draws the two curves, and one sample at each level under them.

    Args:
        title: Names the run.
        strength: What the noise level is called.
        trained_on: The level that the run was trained on.
        levels: The levels measured.
        outputs: PSNR of the reconstructions at each, in dB.
        inputs: PSNR of the corrupted samples at each, in dB; a clean one has none to draw.
        example: A sample with the noise of each, and its reconstructions, (levels, *sample_shape).
        look: How it is drawn.
    """
    tall = 2 * cell_height(example[0], look) + 0.3
    figure = new_figure(max(0.85 * len(levels) + 1.3, 6.0), 3.8 + tall, f"Denoising by {title}")
    axes, below = figure.subplots(2, 1, height_ratios=[3.4, tall])
    noisy = [(level, value) for level, value in zip(levels, inputs, strict=True) if level > 0]
    axes.plot(levels, outputs, "o-", color=TRAIN, label="reconstruction")
    axes.plot(*zip(*noisy, strict=True), "s--", color=MONITORED, label="corrupted input")
    axes.axvline(trained_on, color="0.6", lw=1, ls=":", label="trained on")
    axes.set_xlabel(f"noise level ({strength})")
    axes.set_ylabel("PSNR against the clean sample (dB)")
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    cell = show_cells(below, np.concatenate(example), len(levels), look)
    label_cells(below, cell, ["input", "reconstruction"], [f"{level:.3g}" for level in levels])
    return figure
