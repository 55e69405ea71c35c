"""Trials that have runs, and that the journal lost: their values, found again in what was trained."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from itertools import product
from typing import Any

from aecli.config.load import load_config
from aecli.config.schema import Config
from aecli.core.errors import ConfigError
from aecli.runs.folder import RunFolder
from aecli.runs.lookup import runs_in
from aecli.sweeps.folder import SweepFolder
from aecli.sweeps.ranges import Parameter
from aecli.sweeps.study import Study
from aecli.sweeps.sweep import Sweep

log = logging.getLogger(__name__)

_NAME = re.compile(r"\d{8}-\d{6}-trial-(\d{4,})(-seed-\d+)?")


def restore_lost(sweep: Sweep, folder: SweepFolder, study: Study) -> None:
    """Tells the study of trials that have runs, and that its journal lost.

    Args:
        sweep: The sweep.
        folder: Its folder, held by this process.
        study: Its study.
    """
    runs = {int(match[1]): run for run in runs_in(folder.runs) if (match := _NAME.fullmatch(run.id))}
    for lost in range(len(study.trials), max(runs, default=-1) + 1):
        parameters = _parameters(sweep, runs[lost]) if lost in runs else {}
        study.restore(parameters)
        log.warning(
            f"trial {lost}: the study had lost it; " + ("taken from its run" if parameters else "given up")
        )


def _parameters(sweep: Sweep, run: RunFolder) -> dict[str, Parameter]:
    """What a run was trained with, as the study calls it; nothing if that is no trial of this sweep."""
    try:
        trained = load_config(run.config).config
    except ConfigError:
        return {}
    for values in product(*(_candidates(sweep, name, trained) for name in sweep.ranges)):
        named = dict(zip(sweep.ranges, values, strict=True))
        if _is_of(sweep, named, trained):
            return {name: sweep.ranges[name].parameter(value) for name, value in named.items()}
    return {}


def _candidates(sweep: Sweep, name: str, trained: Config) -> Sequence[Any]:
    """Values that a setting may have had: the config's own where that is one, and else all that vouch for the range.

    A config has sections with all their defaults, and drops what belongs to a choice that wasn't taken.
    """
    searched = sweep.ranges[name]
    try:
        value: Any = trained.model_dump(mode="json")
        for step in name.split("."):
            value = value[step]
    except (KeyError, TypeError):
        return searched.ends
    return [value] if searched.has(value) else searched.ends


def _is_of(sweep: Sweep, values: dict[str, Any], trained: Config) -> bool:
    """Whether values make a config that has the same in each section that is searched."""
    sections = {name.split(".")[0] for name in values}
    try:
        return all(getattr(sweep.config(values), name) == getattr(trained, name) for name in sections)
    except ConfigError:
        return False
