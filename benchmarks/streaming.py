"""What an epoch takes whose rows are read from disk, beside one that has them in memory."""

import csv
from functools import partial
from pathlib import Path
from statistics import median

from aecli.core.text import markdown_table
from benchmarks.plan import Plan
from benchmarks.rounds import Kept, Rounds, in_turn
from benchmarks.stand import Measured, Stand
from benchmarks.words import at_least, middle, ranged, ratios

MEMORY, DISK = "in memory", "from disk"
GOAL = 0.8
"""Of the samples a second that go through where they are in memory."""

EPOCHS = 9
"""The first one, in which loops are compiled, isn't counted."""


def section(stand: Stand, plan: Plan, kept: Kept) -> str:
    """Measures both; their table."""
    path = stand.fresh() / "made-up.npz"
    stand.python("-m", "benchmarks.made_up", "npz", str(path), str(plan.rows))
    contenders = {
        MEMORY: partial(_train, stand, f"{{name: npz, path: {path}}}"),
        DISK: partial(_train, stand, f"{{name: npz, path: {path}, memory_limit_mb: 1}}"),
    }
    return table(in_turn(f"epochs of {plan.rows} rows", contenders, plan.rounds, kept))


def table(found: Rounds) -> str:
    """The time of an epoch of each, and how much of the throughput is left."""
    left = ratios(found[MEMORY], found[DISK], "wall")
    rows = [
        [MEMORY, f"{middle(found[MEMORY], 'wall'):.3g}", f"{middle(found[MEMORY], 'mib'):,.0f}", "", "", ""],
        [
            DISK,
            f"{middle(found[DISK], 'wall'):.3g}",
            f"{middle(found[DISK], 'mib'):,.0f}",
            ranged(left),
            f"≥ {GOAL:g}",
            at_least(median(left), GOAL),
        ],
    ]
    return markdown_table(
        ("", "wall, s/epoch", "peak MiB", "throughput, of that in memory", "goal", ""), rows
    )


def _train(stand: Stand, data: str) -> Measured:
    """A training of `simple`; its wall time is that of an epoch, as `metrics.csv` has it."""
    arguments = ("simple", "--epochs", str(EPOCHS), "--quiet", "--runs-dir", str(stand.fresh()))
    ended = stand.python("-m", "aecli", "train", *arguments, "--set", f"data={data}")
    with Path(ended.output.split()[-1], "metrics.csv").open(encoding="utf-8") as file:
        seconds = [float(row["seconds"]) for row in csv.DictReader(file)]
    return {**ended.cost, "wall": median(seconds[1:])}
