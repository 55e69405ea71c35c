"""A metric against a setting: a point a value, of seeds their mean and standard deviation. Imports Matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean, stdev
from textwrap import fill
from typing import TYPE_CHECKING

from aecli.core.errors import RequestError
from aecli.core.text import did_you_mean, printable
from aecli.reports.comparison.compared import ComparedRun
from aecli.reports.comparison.differences import differing, labels
from aecli.reports.comparison.groups import SEED
from aecli.runs.lookup import FINISHED

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST = 10
"""More lines than this can't be told apart."""

RATIO = 10
"""A setting whose largest value is more than so many times its smallest stands on a logarithmic axis."""


MOST_TICKS = 10
"""So many values stand on the axis, each at its place."""


@dataclass
class _Line:
    """Runs that differ in the setting and in their seed alone.

    Attributes:
        settings: What else they were set to.
        data: What they were measured on.
        unit: Of the metric.
        points: What they reached, by the setting's value.
    """

    settings: dict[str, str]
    data: str
    unit: str
    points: dict[str, list[float]] = field(default_factory=dict)


def write_plot(runs: Sequence[ComparedRun], setting: str, metric: str, path: Path) -> int:
    """Draws what complete runs reached against what they were set to.

    Args:
        runs: The runs; those that lack either are left out.
        setting: The dotted name of the setting.
        metric: The name of the metric.
        path: Where the image goes.

    Returns:
        How many points there are.

    Raises:
        RequestError: No complete run has both, or there are more lines than can be told apart.
    """
    complete = [run for run in runs if run.record is not None and run.record.status in FINISHED]
    for flag, name, known in (
        ("--x", setting, {name for run in complete for name in run.settings}),
        ("--y", metric, {name for run in complete for name in run.metrics}),
    ):
        if name not in known:
            raise RequestError(
                f"{flag} {printable(name)}: no complete run here has it; {did_you_mean(name, known)}"
            )
    lines = _lines(
        [run for run in complete if setting in run.settings and metric in run.metrics], setting, metric
    )
    if not lines:
        raise RequestError(f"no complete run here has both {setting} and {metric}")
    if len(lines) > MOST:
        raise RequestError(
            f"runs that differ in more than {setting} make {len(lines)} lines, and more than {MOST} can't be told "
            "apart; choose with --where"
        )
    from aecli.figures.style import save_figure

    save_figure(_draw(lines, setting, metric), path)
    return sum(len(line.points) for line in lines)


def _lines(runs: Sequence[ComparedRun], setting: str, metric: str) -> list[_Line]:
    found: dict[tuple[object, ...], _Line] = {}
    for run in runs:
        others = {name: value for name, value in run.settings.items() if name not in (setting, SEED)}
        unit = run.metrics[metric].unit
        key = (run.fingerprint, unit, tuple(others.items()))
        data = f"{run.record.data['name']} ({run.fingerprint})" if run.record else ""
        line = found.setdefault(key, _Line(others, data, unit))
        line.points.setdefault(run.settings[setting], []).append(run.metrics[metric].value)
    return list(found.values())


def _draw(lines: Sequence[_Line], setting: str, metric: str) -> Figure:
    """One set of axes for each unit and each set of test samples: their numbers don't compare."""
    from aecli.figures.style import class_colours, label_text, new_figure

    settings = [line.settings for line in lines]
    named = [fill(label, 70) for label in labels(settings, differing(settings))]
    kinds = list(dict.fromkeys((line.data, line.unit) for line in lines))
    height = 4.2 + 0.14 * sum(label.count("\n") + 1 for label in named)
    figure = new_figure(5.6 * len(kinds), height, f"{metric} against {setting}")
    places, is_number = _places({value for line in lines for value in line.points})
    for axes, kind in zip(figure.subplots(1, len(kinds), squeeze=False)[0], kinds, strict=True):
        for line, label, colour in zip(lines, named, class_colours(), strict=False):
            if (line.data, line.unit) == kind:
                values = sorted(line.points, key=places.__getitem__)
                x, reached = [places[value] for value in values], [line.points[value] for value in values]
                spread = [stdev(one) if len(one) > 1 else 0.0 for one in reached]
                means = [fmean(one) for one in reached]
                axes.errorbar(x, means, spread, label=label, color=colour, marker="o", ms=4, capsize=3)
        if is_number and min(places.values()) > 0 and max(places.values()) > RATIO * min(places.values()):
            axes.set_xscale("log")
        if len(places) <= MOST_TICKS or not is_number:
            axes.set_xticks([*places.values()], [label_text(value) for value in places], fontsize=8)
            axes.minorticks_off()
        axes.set_xlabel(setting)
        axes.set_ylabel(f"{metric} ({kind[1]})" if kind[1] else metric)
        axes.set_title(kind[0], fontsize=9)
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
        if any(named):
            axes.legend(frameon=False, fontsize=7, loc="upper left", bbox_to_anchor=(0.0, -0.14))
    return figure


def _places(values: set[str]) -> tuple[dict[str, float], bool]:
    """Where values stand on the axis, in order, and whether that is where they are as numbers."""
    try:
        return dict(sorted(((value, float(value)) for value in values), key=lambda pair: pair[1])), True
    except ValueError:
        return {value: float(i) for i, value in enumerate(sorted(values))}, False
