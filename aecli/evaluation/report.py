"""`metrics.json`: every number with its unit, what has no meaning with its reason. Imports nothing heavy."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from aecli.core.errors import RunError
from aecli.core.files import read_whole, write_text

MAX_BYTES = 2**26
"""No evaluation says more than that."""

Better = Literal["lower", "higher"] | None
"""Which way a metric improves; None where neither is better in itself."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One number. Not a model, since thousands are made where many runs are read; what holds some checks them."""

    __pydantic_config__ = ConfigDict(allow_inf_nan=False)

    value: float
    """The number."""
    unit: str
    """Its unit; empty for a pure number."""
    se: float | None = None
    """The standard error of a mean over samples."""
    better: Better = None
    """Which way it improves."""
    timed: bool = False
    """Whether it was read from a clock, and so differs from one evaluation to the next."""


class Series(BaseModel):
    """Several numbers that belong together, such as one for each dimension of a code."""

    model_config = ConfigDict(use_attribute_docstrings=True, frozen=True, allow_inf_nan=False)

    unit: str
    """The unit of the values."""
    values: list[float]
    """The numbers."""
    over: str
    """What runs along: `dimension`, or the name of what was varied."""
    positions: list[float] = []
    """Where along it the values were taken; 0, 1, 2, … if empty."""


class Findings(BaseModel):
    """What was found on one data set: metrics by dotted name, and why others are absent."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    data: dict[str, Any] = {}
    """The data, as in `run.json`: name, counts, fingerprints."""
    metrics: dict[str, Metric] = {}
    """The numbers."""
    series: dict[str, Series] = {}
    """Numbers that come in rows."""
    absent: dict[str, str] = {}
    """What has no meaning here, or could not be had: name → reason."""

    def add(
        self,
        name: str,
        value: float,
        unit: str,
        better: Better = None,
        *,
        se: float | None = None,
        timed: bool = False,
    ) -> None:
        """Adds a number; one that isn't finite is absent, with that as its reason."""
        if math.isfinite(value) and (se is None or math.isfinite(se)):
            self.metrics[name] = Metric(value=value, unit=unit, se=se, better=better, timed=timed)
        else:
            self.absent[name] = f"came out as {value}"

    def add_mean(self, name: str, values: Any, unit: str, better: Better = None) -> None:
        """Adds the mean of one number a sample, with its standard error.

        Args:
            name: Of the metric.
            values: Array of shape (samples,).
            unit: Of the values.
            better: Which way it improves.
        """
        values = values.astype("float64")
        se = float(values.std(ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else None
        self.add(name, float(values.mean()), unit, better, se=se)

    def add_series(
        self, name: str, values: Any, unit: str, over: str, positions: Sequence[float] = ()
    ) -> None:
        """Adds numbers that belong together; `values` is an array or a sequence."""
        plain = [float(value) for value in values]
        self.series[name] = Series(unit=unit, values=plain, over=over, positions=list(positions))

    def lacks(self, reason: str, *names: str) -> None:
        """Notes why metrics are absent."""
        self.absent |= dict.fromkeys(names, reason)

    def merge(self, other: Findings) -> None:
        """Takes over what other findings hold."""
        self.metrics |= other.metrics
        self.series |= other.series
        self.absent |= other.absent


NLL_DRAWS = 100
"""Draws a sample for the importance-sampled likelihood, unless others are asked for."""

PROBE_SAMPLES = 10_000
"""At most so many training samples teach the probes, unless more are asked for; they cost minutes and change little."""

MEMORY_LIMIT_MB = 2048
"""Memory for test samples and what is made of them, in MiB, unless another limit is asked for."""


class Report(BaseModel):
    """The contents of `metrics.json`."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    run: str
    """The run's id."""
    aecli: str
    """The version that measured."""
    checkpoint: str
    """The network that was measured: `last` or `best`."""
    checkpoint_epoch: int
    """The epoch (from 1) that it comes from."""
    weights: str
    """The hash of its weights."""
    seed: int
    """Where the chance in the estimates came from: the run's seed."""
    nll_draws: int
    """Draws a sample for the importance-sampled likelihood."""
    probe_samples: int = PROBE_SAMPLES
    """Training samples, at most, that taught the probes."""
    memory_limit_mb: int = MEMORY_LIMIT_MB
    """What the test samples could take, in MiB; beyond it, `test_samples` counts those that were measured."""
    own: Findings
    """On the test split of the run's own data."""
    others: list[Findings] = []
    """On the test splits of other data."""

    @classmethod
    def read(cls, path: Path) -> Report:
        """Reads a report.

        Raises:
            RunError: There is none, or it is damaged.
        """
        try:
            return cls.model_validate_json(read_whole(path, MAX_BYTES))
        except OSError as error:
            raise RunError(f"{path}: can't be read: {error.strerror}; write it: aecli evaluate") from error
        except (ValueError, ValidationError) as error:
            raise RunError(f"{path}: damaged: this isn't the metrics file of a run") from error

    def text(self) -> str:
        """As JSON."""
        return json.dumps(self.model_dump(mode="json"), indent=2, ensure_ascii=False, allow_nan=False) + "\n"

    def write(self, path: Path) -> None:
        """Writes the report atomically."""
        write_text(path, self.text())
