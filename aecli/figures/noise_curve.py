"""Quality against noise level: of the corrupted input, and of what a denoising autoencoder makes of it."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from aecli.figures.style import MONITORED, TRAIN, new_figure


def noise_curve(
    title: str,
    strength: str,
    trained_on: float,
    levels: Sequence[float],
    outputs: Sequence[float],
    inputs: Sequence[float],
) -> Figure:
    """Draws the two curves.

    Args:
        title: Names the run.
        strength: What the noise level is called.
        trained_on: The level that the run was trained on.
        levels: The levels measured.
        outputs: PSNR of the reconstructions at each, in dB.
        inputs: PSNR of the corrupted samples at each, in dB; a clean one has none to draw.
    """
    figure = new_figure(6.0, 4.0, f"Denoising by {title}")
    axes = figure.subplots()
    noisy = [(level, value) for level, value in zip(levels, inputs, strict=True) if level > 0]
    axes.plot(levels, outputs, "o-", color=TRAIN, label="reconstruction")
    axes.plot(*zip(*noisy, strict=True), "s--", color=MONITORED, label="corrupted input")
    axes.axvline(trained_on, color="0.6", lw=1, ls=":", label="trained on")
    axes.set_xlabel(f"noise level ({strength})")
    axes.set_ylabel("PSNR against the clean sample (dB)")
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    return figure
