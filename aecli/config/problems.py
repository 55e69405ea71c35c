"""What is wrong with a config, and how it is said: `file:line:column: path: what; what to type instead`."""

from dataclasses import dataclass
from typing import TypeAlias

from aecli.core.errors import ConfigError
from aecli.core.text import printable

Path_: TypeAlias = tuple[str | int, ...]
"""Where a value stands in a config: `("model", "filters", 0)` is written `model.filters[0]`."""

MAX_SHOWN = 20


@dataclass(frozen=True)
class Location:
    """A place in a file (or a flag, which has no line). Lines and columns count from 1."""

    source: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """`file:line:column`, as editors and terminals link it."""
        return ":".join(str(part) for part in (self.source, self.line, self.column) if part is not None)


@dataclass(frozen=True)
class Problem:
    """One mistake: where it stands, the option it concerns, and what is wrong with it."""

    location: Location
    path: Path_
    message: str

    def __str__(self) -> str:
        """One line of the message a user reads."""
        return ": ".join(part for part in (str(self.location), dotted(self.path), self.message) if part)


class Problems(list[Problem]):
    """All the mistakes of a config, reported together."""

    def error(self) -> ConfigError:
        """The exception that reports each of them once, in the order in which they stand in the file."""
        ordered = sorted(
            dict.fromkeys(self),
            key=lambda p: (p.location.source, p.location.line or 0, p.location.column or 0),
        )
        lines = [str(problem) for problem in ordered[:MAX_SHOWN]]
        if len(ordered) > MAX_SHOWN:
            lines.append(f"… and {len(ordered) - MAX_SHOWN} more")
        return ConfigError("\n".join(lines))


def dotted(path: Path_) -> str:
    """A path as a user types it: `model.filters[0]`. Long or odd keys are shortened and escaped."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{printable(step)}"
    return text.removeprefix(".")
