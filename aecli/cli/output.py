"""Printing results: on standard output, where nothing else goes."""

import sys
from collections.abc import Sequence
from itertools import zip_longest

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

GAP = 2
"""Spaces between columns."""


def console() -> Console:
    """Standard output; wide where nobody looks, so that no pipe gets a cut line."""
    terminal = Console(highlight=False)
    return terminal if terminal.is_terminal else Console(highlight=False, width=10_000)


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[str] = ()) -> None:
    """Prints a table.

    Args:
        columns: The headings.
        rows: The cells, as text.
        right: Headings of the columns of numbers, which are set to the right.
    """
    if console().is_terminal:
        _print_folded(columns, rows, right)
    else:
        _print_wide(columns, rows, right)


def _print_folded(columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[str]) -> None:
    """On a terminal: as wide as that, with long cells folded."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, GAP, 0, 0))
    for name in columns:
        table.add_column(name, justify="right" if name in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console().print(table)


def _print_wide(columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[str]) -> None:
    """Where nobody looks: each row on a line, however long; a thousand rows at once."""
    upwards = zip_longest(*(name.split("\n")[::-1] for name in columns), fillvalue="")
    lines = [*reversed(list(upwards)), *rows]
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    sides = [name in right for name in columns]
    for line in lines:
        cells = (
            " " * (width - cell_len(cell)) + cell if to_right else cell + " " * (width - cell_len(cell))
            for cell, width, to_right in zip(line, widths, sides, strict=True)
        )
        sys.stdout.write((" " * GAP).join(cells).rstrip() + "\n")
