"""A codebook: how often each entry is used, and what it decodes to."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from aecli.figures.cells import show_cells
from aecli.figures.scene import Floats, Scene
from aecli.figures.style import TRAIN, bars, label_cells, new_figure

DECODED = 24
COLUMNS = 12
COUNTED = 500
"""Samples, at most, whose entries are counted."""


def draw(scene: Scene) -> Figure | None:
    """Draws how often each entry is used, the most used one first, and what those decode to."""
    if not scene.codebook_entries:
        return None
    entries, shares = _used(scene)
    said = f"{len(entries)} of {scene.codebook_entries} entries are used"
    shown = entries[:DECODED]
    lines = -(-len(shown) // COLUMNS)
    figure = new_figure(10.2, 3.0 + 1.1 * lines, f"Codebook of {scene.title}: {said}")
    above, below = figure.subplots(2, 1, height_ratios=[2.2, 1.0 * lines])
    bars(above, shares, TRAIN)
    above.set_xlim(0, scene.codebook_entries + 1)
    above.yaxis.set_major_formatter(PercentFormatter(1.0))
    above.set_xlabel("entries, the most used one first")
    above.set_ylabel("of all positions")
    codes = _each_alone(shown, scene.samples.codes.shape[1:])
    told = scene.samples.told
    decoded = scene.decode(codes, None if told is None else np.repeat(told[:1], len(shown), axis=0))
    decoded = _near_the_middle(decoded, scene.samples.codes.shape[1:-1])
    cell = show_cells(below, decoded, min(COLUMNS, len(shown)), scene.look)
    firsts = range(0, len(shown), COLUMNS)
    names = [f"{first + 1} to {min(first + COLUMNS, len(shown))}" for first in firsts]
    label_cells(below, cell, names, [])
    below.set_xlabel("what the most used ones decode to, each amid the most used one of all", fontsize=9)
    return figure


def _each_alone(entries: Floats, latent_shape: tuple[int, ...]) -> Floats:
    """A code for each entry: itself in the middle, and the first one at all other positions."""
    positions = latent_shape[:-1]
    middle = tuple(length // 2 for length in positions)
    codes = np.tile(entries[0], (len(entries), *positions, 1))
    codes.reshape(len(entries), -1, entries.shape[1])[:, np.ravel_multi_index(middle, positions)] = entries
    return codes


def _near_the_middle(images: Floats, positions: tuple[int, ...]) -> Floats:
    """Of images whose positions are those of maps, what lies within one position of the middle one; else all."""
    if len(positions) != 2:
        return images
    rows, columns = (
        slice(size * max(length // 2 - 1, 0) // length, size * (length // 2 + 2) // length)
        for size, length in zip(images.shape[1:3], positions, strict=True)
    )
    return images[:, rows, columns]


def _used(scene: Scene) -> tuple[Floats, Floats]:
    """The entries that codes are made of, and the share of positions that each has, the highest first."""
    vectors = scene.test_codes[:COUNTED].reshape(-1, scene.samples.codes.shape[-1])
    # An entry is copied into codes as it is, so that equal rows are equal bytes.
    rows = np.ascontiguousarray(vectors).view(np.dtype((np.void, vectors.dtype.itemsize * vectors.shape[1])))
    _, first, counts = np.unique(rows.ravel(), return_index=True, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return vectors[first[order]], (counts[order] / len(vectors)).astype(np.float32)
