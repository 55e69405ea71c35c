"""One line of a CSV file: its cells, and the number in each."""

from __future__ import annotations

import csv

from aecli.core.text import printable

csv.field_size_limit(2**31 - 1)  # split at a mark that it hasn't, a line is one long cell

BLANKS = " "
"""The delimiter that is any number of blanks."""

DELIMITERS = {",": "','", ";": "';'", "\t": "tab", "|": "'|'", BLANKS: "space", "": "none: one column"}
"""Those that are guessed, with what they are called; the first of equally good ones wins."""

MISSING = {"", "na", "n/a", "nan", "null", "none", "-", "?"}
"""What stands, in small letters, where a number is missing."""


def cells_of(line: str, delimiter: str) -> list[str]:
    """The cells of a line, without the quotes around them."""
    if delimiter == BLANKS:
        return line.split()
    if not delimiter:
        cell = line.strip()
        return [cell[1:-1] if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell]
    if '"' not in line:
        return [cell.lstrip(" ") for cell in line.rstrip(" ").split(delimiter)]
    reader = csv.reader([line.rstrip(" "), ""], delimiter=delimiter, skipinitialspace=True)
    cells = next(reader) or [""]
    if reader.line_num > 1:  # the last cell goes on in the next line: it is neither a number nor a gap
        cells[-1] = f'"{cells[-1].rstrip()}'
    return cells


def number_in(cell: str, decimal: str) -> float | None:
    """The finite number in a cell; None if there is none."""
    if decimal == ",":
        if "." in cell:
            return None
        cell = cell.replace(",", ".", 1)
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if "_" not in cell and abs(value) < float("inf") else None


def wrong_with(cell: str, decimal: str) -> str:
    """What is wrong with a cell."""
    if cell.strip().lower() in MISSING:
        return "a number is missing"
    if number_in(cell, "," if decimal == "." else ".") is not None:
        other = "," if decimal == "." else "."
        return (
            f"'{printable(cell)}' is not a number; if '{other}' is the decimal mark: data.decimal='{other}'"
        )
    return f"'{printable(cell)}' is not a number"
