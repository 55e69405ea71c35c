"""The `expect:` block of a recipe: what a run of it should reach, who says so, and what it takes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, NonNegativeFloat, PositiveInt

from aecli.core.options import Options


class Expectation(Options):
    """A number that a recipe should reach. It changes nothing about the training."""

    metric: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$")]
    """The number's name in `metrics.json`, such as `reconstruction.bce`."""

    value: float
    """What should come out, in the metric's unit."""

    tolerance: NonNegativeFloat | None = None
    """How far from it a run may stay and be in order, on the mean of its seeds. A number without one is
    shown beside what was reached, and not judged."""

    data: str
    """The data set that it holds for, such as `mnist`."""

    source: Literal["post", "published", "measured"]
    """Who says so: the post that the recipe follows, another publication, or a measurement of ours."""

    epochs: PositiveInt
    """The epochs that it holds after; `aecli reproduce` trains so many, but for a published number, which may
    be of another network."""

    cpu_minutes: NonNegativeFloat | None = None
    """About how many minutes of one core a run takes."""

    note: str = ""
    """What a reader must know about it: under which conditions it holds, why we differ."""
