"""What tables of one's own have in common: their dialect, and which of their columns are read."""

from __future__ import annotations

from abc import ABC
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from aecli.data.sources.own import OwnData

if TYPE_CHECKING:
    from aecli.data.dialect import Dialect

Column = str | Annotated[int, Field(ge=1)]


class Tabular(OwnData, ABC):
    """Data in CSV files."""

    header: Literal["auto", "yes", "no"] = "auto"
    """Whether the first row of a CSV file is headings. By default it is if most of its cells are words."""

    delimiter: Annotated[str, Field(pattern=r"^(auto|tab|space|none|\\t|[^\w\s.\"'+-]|\t| )$")] = "auto"
    """What stands between the cells of a CSV file: a character, `tab`, `space` (any number of them), or
    `none` of a single column. By default what suits its first lines."""

    decimal: Literal["auto", ".", ","] = "auto"
    """The decimal mark of a CSV file. By default a comma if its numbers are written so."""

    columns: tuple[Column, ...] | None = None
    """The columns of a CSV file to learn from, by heading or by number from 1; by default all."""

    leave_out: tuple[Column, ...] = ()
    """Columns of a CSV file that are not learned from, by heading or by number."""

    def dialect(self, label: str | int | None = None) -> Dialect:
        """How files are read for a training.

        Args:
            label: The column of labels.
        """
        from aecli.data.dialect import Dialect

        return Dialect(self.header, self.delimiter, self.decimal, self.columns, self.leave_out, label)
