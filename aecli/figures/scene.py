"""Everything that a figure may draw from: plain arrays, and a way to decode."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.figures.cells import PLAIN, Look

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Pictures:
    """Some images on their way through a network.

    Attributes:
        images: The clean images, (count, *image_shape); padding of sequences is NaN, here and below.
        inputs: What went in, of the same shape: corrupted, or equal to `images`.
        reconstructions: What came out, of the same shape.
        codes: The codes between, (count, *code_shape).
        labels: What the images show, (count,); None where that isn't known.
        losses: The reconstruction loss of each image, (count,).
    """

    images: Floats
    inputs: Floats
    reconstructions: Floats
    codes: Floats
    labels: NDArray[Any] | None
    losses: Floats


@dataclass(frozen=True)
class Scene:
    """A trained run, as its figures see it.

    Attributes:
        title: Names the run.
        unit: The unit of the reconstruction loss.
        monitored: What the validation curves were measured on.
        columns: Quantities by name, a number an epoch: those of `metrics.csv`.
        samples: Test images, the first ones showing one of each label where there are labels.
        worst: The test images with the highest reconstruction loss, the worst one first.
        corrupted: Whether inputs differ from images.
        test_codes: Codes of a sample of the test images, (count, numbers of a code).
        test_labels: Their labels, (count,), or None.
        decode: Codes (count, *code_shape) → images.
        prior_dim: Dimensions of the N(0, 1) prior of the codes; None without a prior.
        tsne: Whether the t-SNE projection was asked for, which takes its time.
        random: What chance in figures is drawn from.
        look: How items are drawn.
    """

    title: str
    unit: str
    monitored: str
    columns: dict[str, list[float]]
    samples: Pictures
    worst: Pictures
    corrupted: bool
    test_codes: Floats
    test_labels: NDArray[Any] | None
    decode: Callable[[Floats], Floats]
    prior_dim: int | None
    tsne: bool
    random: np.random.Generator
    look: Look = PLAIN
