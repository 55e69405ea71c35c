"""`docs/RESULTS.md`: what the recipes reach, written from runs; no number in it is typed by hand.

The document grows by commands that reproduce some recipes each, so it is read back: of what was reproduced, rows
and sections are new; all else stays as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aecli.core.errors import RequestError
from aecli.core.files import read_whole, write_text
from aecli.core.text import markdown_table
from aecli.reports.reproduction import verdicts
from aecli.reports.reproduction.section import data_of, section
from aecli.reports.reproduction.verdicts import Reproduced, cells

TODAY = "_adam"
"""How the names of recipes end that train another one's network with an optimizer of today."""

TITLE = "# Results"
HEAD = f"""{TITLE}

Written by `aecli reproduce RECIPE… --report` from runs: every number comes from a run's own files. A recipe's section
says which data, versions and machine its runs had.

[METRICS.md](METRICS.md) says what each metric is. Reached: mean ± standard deviation."""

OLDER = "What was expected, and what was reached"
NEWER = "The same networks and epochs with an optimizer of today"
COLUMNS = [verdicts.COLUMNS[0], "data", *verdicts.COLUMNS[1:]]

MAX_BYTES = 2**24


@dataclass
class Results:
    """The document in its parts.

    Attributes:
        head: What stands before the tables.
        rows: The lines of each recipe in the tables.
        sections: The section of each recipe, without its heading.
    """

    head: str = HEAD
    rows: dict[str, list[str]] = field(default_factory=dict)
    sections: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Results:
        """Reads a document; where there is none, it is empty.

        Raises:
            RequestError: The file is something else, or can't be read.
        """
        try:
            return cls._of(read_whole(path, MAX_BYTES).decode())
        except FileNotFoundError:
            return cls()
        except OSError as error:
            raise RequestError(f"{path}: can't be read: {error.strerror}") from error
        except ValueError as error:
            raise RequestError(
                f"{path}: not overwritten: it is no document that this command wrote ({error}); give another file"
            ) from error

    @classmethod
    def _of(cls, text: str) -> Results:
        """Takes a document apart.

        Raises:
            ValueError: It isn't one.
        """
        head, *parts = re.split(r"^## ", text, flags=re.MULTILINE)
        if head.splitlines()[:1] != [TITLE]:
            raise ValueError(f"its first line isn't '{TITLE}'")
        results = cls(head.strip())
        for part in parts:
            heading, _, body = part.partition("\n")
            if heading in (OLDER, NEWER):
                results._add_table(body)
            elif heading in results.sections:
                raise ValueError(f"it has two sections '{heading}'")
            else:
                results.sections[heading] = body.strip()
        if without := results.rows.keys() - results.sections.keys():
            raise ValueError(f"a table has rows of {min(without)}, which has no section")
        return results

    def _add_table(self, body: str) -> None:
        above, lines = _table([]), body.strip().splitlines()
        if lines[: len(above)] != above:
            raise ValueError(f"its tables don't have the columns {', '.join(COLUMNS)}")
        for line in lines[len(above) :]:
            if not line.startswith("| "):
                raise ValueError("there is more than rows in its tables")
            recipe = line.removeprefix("| ").partition(" | ")[0].replace(r"\|", "|")
            self.rows.setdefault(recipe, []).append(line)

    def put(self, outcome: Reproduced, command: str, images: Path) -> None:
        """Puts a recipe in, in place of what is there of it; see `section`."""
        recipe, data = outcome.trial.recipe, data_of(outcome)
        self.rows[recipe] = _table([[name, data, *others] for name, *others in cells(outcome.lines)])[2:]
        self.sections[recipe] = section(outcome, command, images)

    def __str__(self) -> str:
        """The document in Markdown."""
        return "\n\n".join(self._parts()) + "\n"

    def _parts(self) -> Iterator[str]:
        yield self.head
        for heading, today in ((OLDER, False), (NEWER, True)):
            recipes = [recipe for recipe in sorted(self.rows) if recipe.endswith(TODAY) is today]
            lines = [line for recipe in recipes for line in self.rows[recipe]]
            if lines:
                yield f"## {heading}"
                yield "\n".join([*_table([]), *lines])
        for recipe in sorted(self.sections):
            yield f"## {recipe}"
            yield self.sections[recipe]


def write_results(outcomes: Sequence[Reproduced], command: str, path: Path) -> None:
    """Writes recipes into the document, and copies images beside it, into a folder of its name in small letters.

    Args:
        outcomes: What came of the recipes.
        command: The command that was typed.
        path: The document; of other recipes, all in it stays as it is.

    Raises:
        RequestError: There is a file, and it isn't such a document.
    """
    results = Results.read(path)
    images = path.parent / path.stem.lower()
    images.mkdir(parents=True, exist_ok=True)
    for outcome in outcomes:
        results.put(outcome, command, images)
    write_text(path, str(results))


def _table(rows: list[list[str]]) -> list[str]:
    """The lines of a table; two stand above its rows."""
    return markdown_table(COLUMNS, rows).splitlines()
