"""`comparison.png`: loss curves over one another, each labelled by what differs. Imports Matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

from aecli.core.errors import RunError
from aecli.data.facts import fingerprints
from aecli.reports.comparison.compared import ComparedRun
from aecli.reports.comparison.differences import differing, labels
from aecli.training.history import History

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST = 10
"""More curves than this can't be told apart."""


def write_curves(runs: Sequence[ComparedRun], path: Path) -> int:
    """Draws the monitored reconstruction loss of runs over the epochs; the first `MOST` that have curves.

    Args:
        runs: The runs, in the order of the table.
        path: Where the image goes.

    Returns:
        How many curves there are; without any, no image is written.
    """
    drawable = []
    for run in runs:
        try:
            losses = History.read_csv(run.folder.metrics).monitored("reconstruction")
        except (RunError, KeyError):
            continue
        if run.record is not None and losses:
            drawable.append((run, losses))
        if len(drawable) == MOST:
            break
    if drawable:
        from aecli.figures.style import save_figure

        save_figure(_draw(drawable), path)
    return len(drawable)


def _draw(runs: Sequence[tuple[ComparedRun, list[float]]]) -> Figure:
    """One set of axes for each unit and each set of samples: their losses don't compare."""
    from matplotlib.ticker import MaxNLocator

    from aecli.figures.style import class_colours, new_figure

    settings = [run.settings for run, _ in runs]
    named = [fill(label, 70) for label in labels(settings, differing(settings))]
    kinds = list(dict.fromkeys(_kind(run) for run, _ in runs))
    lines = sum(label.count("\n") + 1 for label in named)
    figure = new_figure(5.6 * len(kinds), 4.2 + 0.14 * lines, "Reconstruction loss of the monitored samples")
    colours = class_colours()
    for axes, kind in zip(figure.subplots(1, len(kinds), squeeze=False)[0], kinds, strict=True):
        for i, ((run, losses), label) in enumerate(zip(runs, named, strict=True)):
            if _kind(run) == kind:
                marker = "o" if len(losses) <= 10 else None
                epochs = range(1, len(losses) + 1)
                axes.plot(epochs, losses, color=colours[i], label=label or run.folder.id, marker=marker, ms=4)
        axes.set_xlabel("epoch")
        axes.set_ylabel(kind[1])
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_title(kind[0], fontsize=9)
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, fontsize=7, loc="upper left", bbox_to_anchor=(0.0, -0.14))
    return figure


def _kind(run: ComparedRun) -> tuple[str, str]:
    """The samples that were monitored, and the unit of the loss."""
    assert run.record is not None
    data = run.record.data
    train, test = fingerprints(data)
    mark = train if run.record.monitored == "validation" else test
    samples = f"{data['name']}, {run.record.monitored} ({mark})"
    return samples, run.record.unit
