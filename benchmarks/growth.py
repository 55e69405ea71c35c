"""How time and memory grow with the batch, the data and the code: measured, and drawn."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

BATCH, IMAGES, CODE = 256, 60_000, 32
"""Where two of the three stay while the third one grows."""

GROWING: dict[str, list[tuple[int, int, int]]] = {
    "images a step": [(batch, IMAGES, CODE) for batch in (16, 64, 256, 1024, 4096)],
    "images": [(BATCH, count, CODE) for count in (1_000, 10_000, 100_000, 1_000_000)],
    "numbers of a code": [(BATCH, IMAGES, code) for code in (2, 8, 32, 128, 512)],
}


def point(*size: int) -> dict[str, float]:
    """Seconds an epoch and MiB, measured in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.growth_point", *map(str, size)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(ended.stdout.splitlines()[-1]))


def measure() -> dict[str, list[tuple[int, dict[str, float]]]]:
    """For each that grows, its sizes and what was measured there."""
    found: dict[str, list[tuple[int, dict[str, float]]]] = {}
    for which, (name, sizes) in enumerate(GROWING.items()):
        found[name] = []
        for size in sizes:
            found[name].append((size[which], point(*size)))
            print(f"{name} {size[which]:>9,}: {found[name][-1][1]}", flush=True)
    return found


def draw(found: dict[str, list[tuple[int, dict[str, float]]]], path: Path) -> None:
    """Time above, memory below, a column for each that grows."""
    from aecli.figures.style import new_figure

    figure = new_figure(
        10,
        5.2,
        "What an epoch of the simple autoencoder takes (the others stay at "
        f"{BATCH} images a step, {IMAGES:,} images, {CODE} numbers)",
    )
    axes: Any = figure.subplots(2, len(found), sharex="col", sharey="row")
    for column, (name, points) in enumerate(found.items()):
        sizes = [size for size, _ in points]
        for row, (quantity, label) in enumerate({"seconds": "s an epoch", "mib": "peak memory, MiB"}.items()):
            cell = axes[row][column]
            cell.loglog(sizes, [measured[quantity] for _, measured in points], "o-", markersize=4)
            cell.grid(visible=True, which="major", alpha=0.3)
            if column == 0:
                cell.set_ylabel(label)
        axes[1][column].set_xlabel(name)
    figure.savefig(path)
