"""Contenders in turn, round by round; what was measured is kept, so that a stopped benchmark goes on."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.stand import Measured

Rounds = dict[str, list[Measured]]
"""By contender, what was measured in each round."""


class Kept:
    """Finished measurements by name, in a file if there is one."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.known: dict[str, Measured] = json.loads(path.read_text()) if path and path.is_file() else {}

    def get(self, name: str, measure: Callable[[], Measured]) -> Measured:
        """What was measured under a name, or is measured now."""
        if name not in self.known:
            self.known[name] = measure()
            numbers = "  ".join(f"{key} {value:,.3f}" for key, value in self.known[name].items())
            print(f"{name:<50} {numbers}", flush=True)
            if self.path:
                self.path.write_text(json.dumps(self.known, indent=1))
        return self.known[name]


def in_turn(name: str, contenders: Mapping[str, Callable[[], Measured]], rounds: int, kept: Kept) -> Rounds:
    """Measures each contender once a round, so that what slows the machine for a while slows them all."""
    found: Rounds = {contender: [] for contender in contenders}
    for number in range(1, rounds + 1):
        for contender, measure in contenders.items():
            found[contender].append(kept.get(f"{name}: {contender}, round {number}", measure))
    return found
