"""What reading data, and training an epoch on it, take: memory and CPU time."""

from collections.abc import Callable
from functools import cache, partial

from aecli.core.text import markdown_table
from benchmarks.plan import Plan
from benchmarks.rounds import Kept, Rounds, in_turn
from benchmarks.stand import Measured, Stand
from benchmarks.words import at_most, middle, ranged, ratios

FEW = 10_000
"""Rows of a training whose memory is what a training takes at least: as many are looked at when it ends."""

PANDAS = "`pandas.read_csv`"
TIMES_STORED = 2.5
"""The goal: how many times its stored bytes a training on rows takes, beside a training on few."""


class Files:
    """Made-up files; each is written when first needed."""

    def __init__(self, stand: Stand, rows: int) -> None:
        self.stand = stand
        self.rows = rows
        self.path = cache(self._write)

    def contenders(self) -> dict[str, Callable[[], Measured]]:
        """What is measured in turn."""
        windows = ", length: window, window: 100, stride: 1"
        few = partial(self._train, "npz", "npz", FEW)
        found: dict[str, Callable[[], Measured]] = {f"`train`, {FEW:,} rows of bytes": few}
        for name, source, kind, more in (
            ("rows of bytes (.npz)", "npz", "npz", ""),
            ("rows of 20 cells (.csv)", "csv", "csv", ""),
            ("windows of 100 steps", "sequences", "npy", windows),
        ):
            found[f"`data`, {name}"] = partial(self._data, source, kind, self.rows, more)
            found[f"`train`, {name}"] = partial(self._train, source, kind, self.rows, more)
        return {**found, PANDAS: self._pandas}

    def _data(self, source: str, kind: str, rows: int, more: str = "") -> Measured:
        return self.stand.python("-m", "aecli", "data", "simple", *self._set(source, kind, rows, more)).cost

    def _train(self, source: str, kind: str, rows: int, more: str = "") -> Measured:
        runs = str(self.stand.fresh())
        arguments = ("train", "simple", "--epochs", "1", "--quiet", "--runs-dir", runs)
        return self.stand.python("-m", "aecli", *arguments, *self._set(source, kind, rows, more)).cost

    def _pandas(self) -> Measured:
        code = f"import pandas; pandas.read_csv({self.path('csv', self.rows)!r})"
        return self.stand.python("-c", code).cost

    def _set(self, source: str, kind: str, rows: int, more: str) -> tuple[str, str]:
        return "--set", f"data={{name: {source}, path: {self.path(kind, rows)}{more}}}"

    def _write(self, kind: str, rows: int) -> str:
        path = str(self.stand.fresh() / f"made-up.{kind}")
        self.stand.python("-m", "benchmarks.made_up", kind, path, str(rows))
        return path


def section(stand: Stand, plan: Plan, kept: Kept) -> str:
    """Measures all data; their table, and what was aimed at."""
    found = in_turn(f"data of {plan.rows} rows", Files(stand, plan.rows).contenders(), plan.rounds, kept)
    return table(found, plan.rows)


def table(found: Rounds, rows: int) -> str:
    """CPU time and memory of each, and the goal for rows of bytes in a sentence."""
    lines = []
    for name, rounds in found.items():
        beside = ranged(ratios(rounds, found[PANDAS], "cpu")) if name.endswith("(.csv)") else ""
        lines.append([name, f"{middle(rounds, 'cpu'):.2f}", f"{middle(rounds, 'mib'):,.0f}", beside])
    few = middle(found[f"`train`, {FEW:,} rows of bytes"], "mib")
    stored = (_stored(rows) - _stored(FEW)) / 2**20
    peak = middle(found["`train`, rows of bytes (.npz)"], "mib")
    goal = TIMES_STORED * stored + few
    return (
        f"{markdown_table(('', 'CPU, s', 'peak MiB', f'CPU ÷ {PANDAS}'), lines)}\n"
        f"{rows:,} rows have {stored:,.0f} MiB of bytes more than {FEW:,}. Training on them should take at most "
        f"{TIMES_STORED} times as much beside the {few:,.0f} MiB of a training on those few, {goal:,.0f} MiB; it "
        f"takes {peak:,.0f} MiB, {(peak - few) / stored:.2f} times as much beside those: {at_most(peak, goal)}.\n"
    )


def _stored(rows: int) -> int:
    """The bytes of so many training rows, with those of the test."""
    return (rows + max(rows // 100, 100)) * 784
