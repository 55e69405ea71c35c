"""Words and numbers as people read them."""

import math
from collections.abc import Iterable
from difflib import get_close_matches


def printable(text: str, limit: int = 60) -> str:
    """Text that is safe and short enough to stand in a message: control characters escaped, the end cut."""
    escaped = "".join(
        c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode()
        for c in text[: limit + 1]
    )
    return escaped if len(escaped) <= limit else escaped[:limit] + "…"


def plain(text: str) -> str:
    """Text of any length without what could steer a terminal; its lines stay lines."""
    return "".join(
        c if c.isprintable() or c in "\n\t" else c.encode("unicode_escape", "surrogatepass").decode()
        for c in text
    )


def did_you_mean(word: str, known: Iterable[str], most: int = 30) -> str:
    """The end of a message about an unknown word: the nearest known one, or all of them, or some of many.

    Args:
        word: What was typed.
        known: What could have been; of dotted names, the last part is near enough.
        most: How many are named, at most, where none is near.
    """
    names = sorted(known)
    ends = {name.rsplit(".", 1)[-1]: name for name in sorted(names, key=_depth, reverse=True)}
    for near, whole in ((names, {}), (ends, ends)):
        if found := get_close_matches(word, near, n=1, cutoff=0.6):
            return f"did you mean '{whole.get(found[0], found[0])}'?"
    if not names:
        return "none is known here"
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"known here: {', '.join(names[:most])}{more}"


def _depth(name: str) -> tuple[int, int]:
    return name.count("."), len(name)


def listed(names: Iterable[str], most: int = 10) -> str:
    """Names separated by commas, sorted, and cut where there are many; `nothing` where there are none."""
    ordered = sorted(names)
    text = ", ".join(printable(name) for name in ordered[:most])
    return (f"{text}, …" if len(ordered) > most else text) or "nothing"


def number(value: float) -> str:
    """Four significant digits, and whole numbers whole."""
    if not math.isfinite(value):
        return str(value)
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.0f}" if 9_999.5 <= abs(value) < 1e15 else f"{value:.4g}"


def duration(seconds: float) -> str:
    """A length of time: `8 s`, `3 min 20 s`, `1 h 5 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def markdown_table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown, ending in a newline; a cell of several lines becomes one of one."""
    heading = list(columns)
    lines = [heading, ["---"] * len(heading), *rows]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.splitlines()).replace("|", r"\|")
