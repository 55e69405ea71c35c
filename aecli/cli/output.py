"""Printing results: on standard output, where nothing else goes."""

import json
import logging
import math
import sys
from collections.abc import Sequence
from itertools import zip_longest
from textwrap import fill
from typing import TYPE_CHECKING, Literal

import typer
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from aecli.core.log import PlainConsole
from aecli.core.text import plain

if TYPE_CHECKING:
    from aecli.inference.outcome import Outcome

log = logging.getLogger(__name__)

GAP = 2
"""Spaces between columns."""


def show(text: object) -> None:
    """Prints a line; what others may have written there can't steer the terminal."""
    sys.stdout.write(f"{plain(str(text))}\n")


def show_json(value: object) -> None:
    """Prints JSON, in ASCII alone, which no terminal takes for anything else."""
    show(json.dumps(value, indent=2))


def show_wrapped(text: str) -> None:
    """Prints a paragraph, broken between words on a terminal and not at all elsewhere."""
    width = terminal_width()
    show(text if math.isinf(width) else "\n".join(_wrapped(line, int(width)) for line in text.split("\n")))


def terminal_width() -> float:
    """How many characters fit on a line of standard output; any number where nobody looks."""
    terminal = PlainConsole()
    return terminal.width if terminal.is_terminal else math.inf


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[str] = ()) -> None:
    """Prints a table.

    Args:
        columns: The headings.
        rows: The cells, as text.
        right: Headings of the columns of numbers, which are set to the right.
    """
    terminal = PlainConsole(highlight=False)
    names, rights = [plain(name) for name in columns], [plain(name) for name in right]
    safe = [[_visible(cell) for cell in row] for row in rows]
    if terminal.is_terminal:
        _print_folded(terminal, names, safe, rights)
    else:
        _print_wide(names, safe, rights)


def report(verb: str, outcome: "Outcome") -> None:
    """Prints what was written, and ends with 1 if something was skipped."""
    rate = outcome.done / max(outcome.seconds, 1e-9)
    skipped = f"; {outcome.skipped:,} skipped" if outcome.skipped else ""
    log.info(f"{verb} {outcome.done:,} in {outcome.seconds:.1f} s ({rate:,.0f}/s){skipped}")
    for path in outcome.paths:
        show(path)
    if outcome.skipped:
        raise typer.Exit(1)


def _wrapped(line: str, width: int) -> str:
    return fill(line, width, break_on_hyphens=False, break_long_words=False)


def _visible(cell: str) -> str:
    """A cell whose control characters are escaped, so that it stays in its row."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in cell
    )


def _print_folded(
    terminal: PlainConsole, columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[str]
) -> None:
    """On a terminal: as wide as that, with long cells folded."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, GAP, 0, 0))
    lines = max(name.count("\n") for name in columns)
    for i, name in enumerate(columns):
        side: Literal["left", "right"] = "right" if name in right else "left"
        # What a row is about is something to copy: it is broken last.
        lowered = "\n" * (lines - name.count("\n")) + name
        table.add_column(lowered, justify=side, overflow="fold", no_wrap=i == 0)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    terminal.print(table)


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
