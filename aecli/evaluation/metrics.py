"""The metrics of plugins, by name. Imports nothing heavy."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from aecli.core.registry import Functions
from aecli.evaluation.report import Findings

if TYPE_CHECKING:
    from aecli.evaluation.subject import Subject

log = logging.getLogger(__name__)

METRICS: Functions[Callable[[Subject], Findings]] = Functions("metric", package="aecli.evaluation")


def add_of_plugins(found: Findings, subject: Subject) -> None:
    """Adds what the metrics of plugins find; one that fails is absent, with its reason."""
    for name, measure in METRICS.items():
        log.info(f"{subject.data.record['name']}: measuring {name} …")
        try:
            mine = measure(subject)
            for given in (*mine.metrics, *mine.series, *mine.absent):
                if not given.startswith(f"{name}."):
                    raise ValueError(f"'{given}' should be called '{name}.…'")
                if given in found.metrics or given in found.series or given in found.absent:
                    raise ValueError(f"'{given}' is there already")
        except Exception as error:
            mine = Findings(absent={name: f"{type(error).__name__}: {error}"})
            log.warning(f"the metric '{name}' could not be measured: {mine.absent[name]}")
        found.merge(mine)
