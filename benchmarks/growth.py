"""How time and memory grow with the batch, the data and the code: measured, and drawn."""

from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.rounds import Kept
from benchmarks.stand import Measured, Stand

BATCH, IMAGES, CODE = 256, 60_000, 32
"""Where two of the three stay while the third one grows."""

GROWING: dict[str, list[tuple[int, int, int]]] = {
    "images a step": [(batch, IMAGES, CODE) for batch in (16, 64, 256, 1024, 4096)],
    "images": [(BATCH, count, CODE) for count in (1_000, 10_000, 100_000, 1_000_000)],
    "numbers of a code": [(BATCH, IMAGES, code) for code in (2, 8, 32, 128, 512)],
}

Growth = dict[str, list[tuple[int, Measured]]]
"""For each that grows, its sizes and what was measured there."""


def measure(stand: Stand, kept: Kept) -> Growth:
    """Each size in a process of its own."""
    return {
        name: [(size[which], kept.get(f"growth at {size}", partial(_point, stand, size))) for size in sizes]
        for which, (name, sizes) in enumerate(GROWING.items())
    }


def _point(stand: Stand, size: tuple[int, int, int]) -> Measured:
    return stand.python("-m", "benchmarks.growth_point", *map(str, size)).told


def draw(found: Growth, path: Path) -> None:
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
        for row, (quantity, label) in enumerate({"wall": "s an epoch", "mib": "peak memory, MiB"}.items()):
            cell = axes[row][column]
            cell.loglog(sizes, [measured[quantity] for _, measured in points], "o-", markersize=4)
            cell.grid(visible=True, which="major", alpha=0.3)
            if column == 0:
                cell.set_ylabel(label)
        axes[1][column].set_xlabel(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)
