"""Everything that a figure may draw from: plain arrays, and a way to decode."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.figures.cells import PLAIN, Look
from aecli.runs.evolution import Evolution

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Shown:
    """Some samples on their way through a network.

    Attributes:
        originals: The clean samples, (count, *sample_shape); padding of sequences is NaN, here and below.
        inputs: What went in, of the same shape: corrupted, or equal to `originals`.
        reconstructions: What came out, of the same shape.
        codes: Their codes, (count, *latent_shape).
        labels: What the samples show, (count,); None where that isn't known.
        losses: The reconstruction loss of each sample, (count,).
        told: Where the network has a condition, their labels, one-hot, (count, classes); else None.
    """

    originals: Floats
    inputs: Floats
    reconstructions: Floats
    codes: Floats
    labels: NDArray[Any] | None
    losses: Floats
    told: Floats | None = None


@dataclass(frozen=True)
class Scene:
    """A trained run, as its figures see it.

    Attributes:
        title: Names the run.
        unit: The unit of the reconstruction loss.
        monitored: What was measured after each epoch, in words.
        prefix: How the names of what was measured on them begin.
        columns: Quantities by name, a number an epoch: those of `metrics.csv`.
        samples: Test samples, the first ones showing one of each label where there are labels.
        worst: The test samples with the highest reconstruction loss, the worst one first.
        corrupted: Whether inputs differ from samples.
        test_codes: Codes of a sample of the test samples, (count, latent dimensions).
        test_labels: Their labels, (count,), or None.
        classes: The labels that the network tells apart; None where it has no condition.
        decode: Codes (count, *latent_shape), and their one-hot labels where there is a condition → samples.
        prior_dim: Dimensions of the N(0, 1) prior of the codes; None without a prior.
        tsne: Whether the t-SNE projection was asked for, which takes its time.
        random: What chance in figures is drawn from.
        kl: KL divergence of each latent dimension from the prior in nats, of each of the samples that the run
            keeps, (count, latent dimensions); None without one.
        kept_epoch: The epoch, from 1, whose network is drawn; None where that isn't known.
        sparse: Whether codes, as the run is used, are meant to be 0 in most of their numbers.
        codebook_entries: How many entries the codebook has that codes are made of; 0 without one.
        filters: What the network's first layer looks for, (filters, height, width, channels); None where that
            is no image.
        atoms: What its last layer puts images together from, of the same kind.
        expected: What the run's recipe expects of parts of the test loss, by their names; empty if it is of none.
        stored: Turns sequences back into the numbers that their data holds; None where they are those already, or
            where features are scaled apart, which one axis can't show.
        evolution: What it made of a few samples while it was trained; None where that wasn't kept.
        look: How samples are drawn.
    """

    title: str
    unit: str
    monitored: str
    prefix: str
    columns: dict[str, list[float]]
    samples: Shown
    worst: Shown
    corrupted: bool
    test_codes: Floats
    test_labels: NDArray[Any] | None
    classes: list[str] | None
    decode: Callable[[Floats, Floats | None], Floats]
    prior_dim: int | None
    tsne: bool
    random: np.random.Generator
    kl: Floats | None = None
    kept_epoch: int | None = None
    sparse: bool = False
    codebook_entries: int = 0
    filters: Floats | None = None
    atoms: Floats | None = None
    expected: dict[str, float] = field(default_factory=dict)
    stored: Callable[[NDArray[Any]], NDArray[Any]] | None = None
    evolution: Evolution | None = None
    look: Look = PLAIN
