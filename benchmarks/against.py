"""Two commits of our own, in turn: another one, checked out for as long as it takes, and this tree."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from aecli.core.text import markdown_table
from benchmarks.commands import Commands
from benchmarks.contenders import train_ours
from benchmarks.plan import Plan
from benchmarks.rounds import Kept, Rounds, in_turn
from benchmarks.stand import OURS, stand
from benchmarks.words import middle, ranged, ratios

THIS = "this tree"


@contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """A commit's files, in a folder that is taken away at the end."""
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as name:
        tree = Path(name).resolve() / "tree"
        try:
            _git("worktree", "add", "--quiet", "--detach", str(tree), commit)
            yield tree
        finally:
            if tree.exists():
                _git("worktree", "remove", "--force", str(tree))
            _git("worktree", "prune")


def compare(commit: str, plan: Plan, kept: Kept) -> str:
    """Measures the plan's recipes and all commands by both; their table."""
    # What is kept must be found by the commit: a name such as HEAD~3 means another one tomorrow.
    whole = _git("rev-parse", "--verify", f"{commit}^{{commit}}")
    rows = []
    with checked_out(whole) as tree, stand(tree) as theirs, stand() as ours:
        for recipe, size in plan.recipes.items():
            found = in_turn(
                f"{recipe} against {whole[:12]}, {size.epochs} × {size.samples}",
                {
                    whole: partial(train_ours, theirs, recipe, size),
                    THIS: partial(train_ours, ours, recipe, size),
                },
                plan.rounds,
                kept,
            )
            rows.append(row(f"an epoch of `{recipe}`", found))
        of_theirs, of_ours = Commands(theirs).contenders(), Commands(ours).contenders()
        for name, measure in of_theirs.items():
            pair = {whole: measure, THIS: of_ours[name]}
            rows.append(row(name, in_turn(f"{name} against {whole[:12]}", pair, plan.rounds, kept)))
    return table(whole, rows)


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
