"""Originals and their reconstructions: images over one another with the errors, sequences in one panel."""

from dataclasses import replace

import numpy as np
from matplotlib.figure import Figure

from aecli.figures.cells import item_rows
from aecli.figures.panels import curve_panels
from aecli.figures.scene import Scene, Shown
from aecli.figures.style import decimals, label_text


def draw(scene: Scene) -> Figure | None:
    """Draws some samples with what becomes of them."""
    title = f"Test {scene.look.noun} and reconstructions of {scene.title}"
    return with_reconstructions(scene, scene.samples, title)


def with_reconstructions(scene: Scene, shown: Shown, title: str) -> Figure:
    """Some samples, what went in where that is something else, what came out, and what each cost."""
    rows = [("original", shown.originals), ("reconstruction", shown.reconstructions)]
    if scene.corrupted:
        rows.insert(0, ("corrupted input", shown.inputs))
    images = scene.look.kind == "images"
    words, said = decimals(shown.losses), f"reconstruction loss ({scene.unit})"
    if shown.labels is not None:
        between = "\n" if images else ": "
        words = [
            f"{label_text(label)}{between}{loss}" for label, loss in zip(shown.labels, words, strict=True)
        ]
        said = f"label and {said}"
    if not images:
        look = scene.look
        if scene.stored is not None:
            rows = [(name, scene.stored(samples)) for name, samples in rows]
            low, high = scene.stored(np.array(look.limits))
            look = replace(look, limits=(float(low), float(high)))
        return curve_panels(f"{title}\nabove each: {said}", rows, words, look)
    errors = shown.reconstructions - shown.originals
    return item_rows(f"{title}\nbelow: {said}", rows, words, scene.look, errors=errors)
