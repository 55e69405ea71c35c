"""What all data of one's own has in common: where it lies, what its numbers mean, how it is split."""

from __future__ import annotations

import math
from abc import ABC
from collections.abc import Iterator
from glob import escape, glob
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from aecli.core.errors import DataError
from aecli.data.package_folder import PREFIX, in_package
from aecli.data.sources.source import DataSource, Kind

if TYPE_CHECKING:
    from aecli.data.scaling import Scaling


class OwnData(DataSource, ABC):
    """Data that this program knows nothing of beforehand."""

    path: str
    """Where it lies; relative to the folder that the command is run in. `package:NAME/PATH` lies in an
    installed package, such as `package:sklearn/datasets/images`."""

    range: tuple[float, float] | None = None
    """The lowest and the highest number that there can be: they become 0 and 1. By default what the dtype of
    8- and 16-bit integers can hold, and [0, 1] of floating-point numbers."""

    scaling: Literal["minmax", "standard"] | None = None
    """Fit the scaling on the training samples instead: `minmax` takes the lowest number to 0 and the highest
    to 1, `standard` the mean to 0 and the standard deviation to 1; of rows and sequences, in each feature."""

    test_fraction: Annotated[float, Field(gt=0.0, le=0.9)] = 0.2
    """Fraction that is held out as the test set where the data has none of its own, in (0, 0.9]."""

    test_seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    """Decides what is held out. A seed of its own: runs that differ in `seed` share their test set."""

    @model_validator(mode="after")
    def _one_scaling(self) -> Self:
        if self.range is not None and self.scaling is not None:
            raise ValueError("'range' and 'scaling' are two ways to scale; give one of them")
        if self.range is not None and not self.range[0] < self.range[1]:
            raise ValueError(f"range: {list(self.range)} must rise, as [0, 255] does")
        if self.range is not None and math.isinf(self.range[1] - self.range[0]):
            raise ValueError(f"range: {list(self.range)} is wider than numbers go")
        return self

    @property
    def place(self) -> Path:
        """The path, whole.

        Raises:
            DataError: It lies in a package that isn't installed.
        """
        return in_package(self.path) if self.in_package else Path(self.path).expanduser().absolute()

    def located(self) -> Self:
        """The same data by its whole path, which means the same from any folder."""
        # What lies in a package is found again by its name also where that is installed elsewhere.
        return self if self.in_package else self.model_copy(update={"path": str(self.place)})

    can_hold_out: ClassVar[bool] = True

    takes_patterns: ClassVar[bool] = False
    """Whether a path may be a pattern that names several files."""

    @property
    def is_pattern(self) -> bool:
        """Whether the path is a pattern; what exists is none, whatever its name."""
        return self.takes_patterns and any(mark in self.path for mark in "*?[") and not self.place.exists()

    def matches(self) -> list[Path]:
        """The files that the pattern means, sorted; marks in the current folder's own name are none."""
        path = Path(self.path).expanduser()
        pattern = str(path) if path.is_absolute() else str(Path(escape(str(Path.cwd())), path))
        return sorted(Path(match) for match in glob(pattern, recursive=True))  # noqa: PTH207

    def whereabouts(self) -> str:
        """The path."""
        return str(self.place)

    def absent(self) -> Iterator[tuple[str, str]]:
        """The path, if there is nothing."""
        try:
            if self.is_pattern:
                if not self.matches():
                    yield "path", f"no file matches {self.place}"
            elif not self.place.exists():
                yield "path", f"there is no {self.place}"
        except DataError as error:
            yield "path", str(error)

    @property
    def in_package(self) -> bool:
        """Whether it lies in an installed package."""
        return self.path.startswith(PREFIX)

    def scaling_of(self, stored: Any, where: str, kind: Kind) -> Scaling:
        """As the options say, or else as the dtype does; of rows and sequences, fitted to each feature."""
        from aecli.data.scaling import scaling_of

        return scaling_of(stored, where, self.range, self.scaling, per_feature=kind != "images")
