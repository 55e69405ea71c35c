"""Two commits of our own, in turn: another one, checked out for as long as it takes, and this tree."""

import subprocess
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from aecli.core.text import markdown_table
from benchmarks.commands import GOALS, Commands
from benchmarks.contenders import train_ours
from benchmarks.plan import Plan
from benchmarks.rounds import Kept, Rounds, in_turn
from benchmarks.stand import OURS, Measured, Stand, stand
from benchmarks.words import middle, ranged, ratios

THIS = "this tree"
TABLES = ("training", "commands")

Measure = Callable[[], Measured]


@contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """A commit's files, in a folder that is taken away at the end."""
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as name:
        tree = Path(name).resolve() / "tree"
        _git("worktree", "add", "--quiet", "--detach", str(tree), commit)
        try:
            yield tree
        finally:
            _git("worktree", "remove", "--force", str(tree))


def compare(commit: str, tables: Collection[str], plan: Plan, kept: Kept) -> str:
    """Measures the plan's recipes, or commands, or both, by the two in turn; their table."""
    # What is kept must be found by the commit: a name such as HEAD~3 means another one tomorrow.
    whole = _git("rev-parse", "--verify", f"{commit}^{{commit}}")
    rows = []
    with checked_out(whole) as tree, stand(tree) as theirs, stand() as ours:
        for name, pair in _pairs(theirs, ours, tables, plan).items():
            contenders = dict(zip((whole, THIS), pair, strict=True))
            rows.append(row(name, in_turn(f"{name} against {whole[:12]}", contenders, plan.rounds, kept)))
    return table(whole, rows)


def _pairs(theirs: Stand, ours: Stand, tables: Collection[str], plan: Plan) -> dict[str, list[Measure]]:
    """What is measured by both, by name."""
    pairs: dict[str, list[Measure]] = {}
    if "training" in tables:
        for recipe, size in plan.recipes.items():
            name = f"`{recipe}`, an epoch of {size.samples:,} images"
            pairs[name] = [partial(train_ours, each, recipe, size) for each in (theirs, ours)]
    if "commands" in tables:
        before, now = (Commands(each).contenders() for each in (theirs, ours))
        pairs |= {name: [before[name], now[name]] for name in GOALS}
    return pairs


def table(commit: str, rows: list[list[str]]) -> str:
    """What both took, in Markdown."""
    short = commit[:7]
    return markdown_table(
        ("", "CPU, s", f"wall: {short} ÷ this", f"CPU: {short} ÷ this", "peak MiB: then, now"), rows
    )


def row(name: str, found: Rounds) -> list[str]:
    """A line of the table, of the other's rounds and this tree's."""
    theirs, ours = found.values()
    memory = ", ".join(f"{middle(rounds, 'mib'):,.0f}" for rounds in (theirs, ours))
    wall, cpu = (ranged(ratios(theirs, ours, quantity)) for quantity in ("wall", "cpu"))
    return [name, f"{middle(ours, 'cpu'):.2f}", wall, cpu, memory]


def _git(*arguments: str) -> str:
    """What git says.

    Raises:
        SystemExit: It can't do it.
    """
    ended = subprocess.run(["git", *arguments], cwd=OURS, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise SystemExit(f"git {' '.join(arguments)}: {ended.stderr.strip()}")
    return ended.stdout.strip()
