"""Trials as pictures: as lines through all settings, and setting by setting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from optuna.trial import FrozenTrial

from aecli.core.text import number
from aecli.figures.style import label_text, new_figure, save_figure
from aecli.sweeps.ranges import Range
from aecli.sweeps.study import Study
from aecli.sweeps.sweep import Sweep

COLOURS = mpl.colormaps["viridis_r"]
WORST_SHOWN = 0.9
"""The share of trials that the colours span; the worst ones share the last colour."""


def draw_parallel(sweep: Sweep, study: Study, path: Path) -> None:
    """Each complete trial as a line through its settings to what it reached, coloured by that; the best on top.

    Args:
        sweep: The sweep.
        study: Its study; two trials at least are complete.
        path: Where the image goes.
    """
    trials = study.complete[::-1]
    names = [*sweep.ranges, sweep.options.metric]
    columns = [
        *(
            _heights(searched, [trial.params[name] for trial in trials])
            for name, searched in sweep.ranges.items()
        ),
        _scaled(np.array([trial.values[0] for trial in trials])),
    ]
    figure = new_figure(1.6 + 1.7 * len(names), 4.2, f"{len(trials)} complete trials of {sweep.name}")
    axes = figure.subplots()
    lines = [np.column_stack([range(len(names)), heights]) for heights in zip(*columns, strict=True)]
    axes.add_collection(LineCollection(lines, colors=_colours(trials), linewidths=1.4, alpha=0.8))
    axes.set_xlim(-0.1, len(names) - 0.9)
    axes.set_ylim(-0.06, 1.06)
    axes.set_xticks(range(len(names)), [_broken(name) for name in names], fontsize=8)
    axes.set_yticks([])
    axes.spines[:].set_visible(False)
    for i, searched in enumerate(sweep.ranges.values()):
        axes.axvline(i, color="0.6", lw=0.8)
        for height, text in _ticks(searched):
            _write(axes, i, height, text)
    axes.axvline(len(names) - 1, color="0.6", lw=0.8)
    for height, trial in ((1.0, trials[0]), (0.0, trials[-1])):
        _write(axes, len(names) - 1, height, number(trial.values[0]))
    save_figure(figure, path)


def draw_slices(sweep: Sweep, study: Study, path: Path) -> None:
    """What each complete trial reached against each setting.

    Args:
        sweep: The sweep.
        study: Its study; two trials at least are complete.
        path: Where the image goes.
    """
    trials = study.complete[::-1]
    reached, colours = [trial.values[0] for trial in trials], _colours(trials)
    columns = min(3, len(sweep.ranges))
    rows = -(-len(sweep.ranges) // columns)
    figure = new_figure(
        3.3 * columns + 0.6, 2.9 * rows + 0.4, f"{len(trials)} complete trials of {sweep.name}"
    )
    grid = figure.subplots(rows, columns, squeeze=False, sharey=True)
    for axes, (name, searched) in zip(grid.flat, sweep.ranges.items(), strict=False):
        places = [_place(searched, trial.params[name]) for trial in trials]
        axes.scatter(places, reached, c=colours, s=22)
        axes.scatter(places[-1:], reached[-1:], facecolors="none", edgecolors="black", s=80)
        ticks = _ticks(searched)
        axes.set_xticks(
            [_span(searched, height) for height, _ in ticks], [text for _, text in ticks], fontsize=7
        )
        axes.set_xlabel(name, fontsize=8)
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    for axes in grid.flat[len(sweep.ranges) :]:
        axes.set_visible(False)
    for axes in grid[:, 0]:
        axes.set_ylabel(sweep.options.metric, fontsize=8)
    save_figure(figure, path)


def _colours(trials: list[FrozenTrial]) -> Any:
    """A colour a trial: yellow is the lowest loss; a few that failed to learn don't take all shades."""
    reached = np.array([trial.values[0] for trial in trials])
    low, high = reached.min(), np.quantile(reached, WORST_SHOWN)
    return COLOURS(np.clip((reached - low) / max(high - low, 1e-12), 0.0, 1.0))


def _scaled(values: Any) -> Any:
    """Values from 0 to 1, by their logarithms where they have some: one that went astray leaves room to the rest."""
    values = np.log(values) if (values > 0).all() else values
    low, high = values.min(), values.max()
    return (values - low) / max(high - low, 1e-12)


def _place(searched: Range, parameter: Any) -> float:
    """Where a parameter stands on its range's own axis."""
    if isinstance(parameter, str):
        assert searched.grid is not None
        return float(searched.grid.index(parameter))
    return float(np.log(parameter) if searched.is_logarithmic else parameter)


def _limits(searched: Range) -> tuple[float, float]:
    parameters = searched.grid if isinstance(searched.parameter(searched.ends[0]), str) else searched.ends
    assert parameters is not None
    return _place(searched, parameters[0]), _place(searched, parameters[-1])


def _span(searched: Range, height: float) -> float:
    low, high = _limits(searched)
    return low + height * (high - low)


def _heights(searched: Range, parameters: list[Any]) -> Any:
    """Where parameters stand between the two ends of their range, from 0 to 1."""
    low, high = _limits(searched)
    return (np.array([_place(searched, parameter) for parameter in parameters]) - low) / (high - low)


def _ticks(searched: Range) -> list[tuple[float, str]]:
    """Marks on a range: every choice, or ends and middle."""
    if isinstance(searched.parameter(searched.ends[0]), str):
        return list(
            zip(_heights(searched, searched.grid or []), map(label_text, searched.grid or []), strict=True)
        )
    marks = []
    for height in (0.0, 0.5, 1.0):
        place = _span(searched, height)
        marks.append((height, number(float(np.exp(place)) if searched.is_logarithmic else place)))
    return marks


def _write(axes: Axes, x: float, height: float, text: str) -> None:
    box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 1.0}
    axes.text(x + 0.03, height, text, fontsize=7, va="center", bbox=box)


def _broken(name: str) -> str:
    """A dotted name on two lines."""
    head, _, last = name.rpartition(".")
    return f"{head}.\n{last}" if head else name
