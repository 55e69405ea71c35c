"""Measures aecli beside others: prints tables, or writes docs/PERFORMANCE.md."""

import argparse
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks import against, arithmetic, commands, data, growth, precision, streaming, training
from benchmarks.document import document
from benchmarks.plan import FULL, QUICK, Plan
from benchmarks.rounds import Kept
from benchmarks.stand import Stand, stand

BRIEF = ("training", "arithmetic", "commands", "data", "streaming")
"""Tables that a quick run has."""

TABLES = (*BRIEF, "precision")


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("recipes", nargs="*", help="what is trained; by default all recipes of the plan")
    parser.add_argument("--quick", action="store_true", help="about five minutes: less of everything")
    parser.add_argument("--rounds", type=int, help="how often each contender is measured")
    parser.add_argument("--tables", nargs="+", choices=TABLES, help="only these")
    parser.add_argument(
        "--keep", type=Path, metavar="FILE", help="keep what is measured, and go on from there"
    )
    ends = parser.add_mutually_exclusive_group()
    ends.add_argument(
        "--report", type=Path, metavar="FILE", help="write the document, with a picture beside it"
    )
    ends.add_argument(
        "--against", metavar="COMMIT", help="compare this tree with a commit of ours, and nothing else"
    )
    parsed = parser.parse_args(arguments)
    if unknown := [each for each in parsed.recipes if each not in FULL.recipes]:
        parser.error(f"no network is written for {', '.join(unknown)}; there are {', '.join(FULL.recipes)}")
    if parsed.rounds is not None and parsed.rounds < 1:
        parser.error("--rounds: at least 1")
    if parsed.against and not {*against.TABLES}.issuperset(parsed.tables or ()):
        parser.error(f"--tables: --against compares {' and '.join(against.TABLES)} alone")
    return parsed


def plan_of(parsed: argparse.Namespace) -> Plan:
    """How much is measured; a quick run of a recipe that isn't in its plan has the full one's size."""
    plan = QUICK if parsed.quick else FULL
    if parsed.recipes:
        plan = replace(plan, recipes={name: (FULL.recipes | plan.recipes)[name] for name in parsed.recipes})
    return replace(plan, rounds=parsed.rounds or plan.rounds)


def sections(place: Stand, plan: Plan, kept: Kept) -> dict[str, Callable[[], str]]:
    """What measures each table and writes it."""
    return {
        "training": lambda: training.section(place, plan, kept),
        "arithmetic": lambda: arithmetic.section(place, plan, kept),
        "commands": lambda: commands.section(place, plan.rounds, kept),
        "data": lambda: data.section(place, plan, kept),
        "streaming": lambda: streaming.section(place, plan, kept),
        "precision": lambda: precision.section(place, plan.rounds, kept),
    }


def main() -> None:
    """Parses, measures, prints, and writes the document."""
    # What was begun is taken away also where the whole is told to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parsed = parse()
    plan, kept = plan_of(parsed), Kept(parsed.keep)
    if parsed.against:
        print(against.compare(parsed.against, parsed.tables or against.TABLES, plan, kept))
        return
    with stand() as place:
        asked = parsed.tables or (BRIEF if parsed.quick else TABLES)
        found = {name: write() for name, write in sections(place, plan, kept).items() if name in asked}
        grown = growth.measure(place, kept) if parsed.report and not parsed.quick else None
    for name, text in found.items():
        print(f"\n{name}\n\n{text}")
    if parsed.report:
        if grown:
            growth.draw(grown, parsed.report.parent / parsed.report.stem.lower() / "growth.png")
        parsed.report.write_text(document(found, plan), encoding="utf-8")


if __name__ == "__main__":
    main()
