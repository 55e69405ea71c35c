"""Whether a latent space is used at all."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.models.autoencoder import Autoencoder, Floats, in_batches

ACTIVE = 0.01
"""Variance of a dimension's mean over the samples above which it is active (Burda et al., 2016)."""

DEAD = 1e-6
"""A number of the latent that varies less than this over all samples is dead."""

LEAST = 0.1
"""The share of a latent that must be in use."""


def collapse(network: Autoencoder, codes: Floats, indices: NDArray[Any] | None) -> str | None:
    """Says in one sentence that a latent isn't used, and what to try.

    Args:
        network: The trained network.
        codes: Latents of test samples, (samples, numbers).
        indices: Of a codebook, which entries they are, (samples, positions); None for other latents.

    Returns:
        The sentence; None where the latent is in use.
    """
    if indices is not None:
        size, used = network.latent.codebook_entries, len(np.unique(indices))
        what = f"{used} of the {size} entries of the codebook are used"
    elif "density" in network.latent.serves:
        size, used = codes.shape[1], active_units(codes)
        what = f"{used or 'none'} of the {size} latent dimensions is active: the decoder hardly looks at them"
        return None if used else f"posterior collapse: {what}. Try {network.latent.remedy}"
    else:
        size, used = codes.shape[1], int(np.sum(np.ptp(codes, axis=0) > DEAD))
        what = f"{used} of the {size} numbers of the latent ever change"
    return f"only {what}. Try {network.latent.remedy}" if used < LEAST * size else None


def active_units(codes: Floats) -> int:
    """How many dimensions of a Gaussian's means are active."""
    return int(np.sum(codes.var(axis=0) > ACTIVE))


def indices_of(network: Autoencoder, samples: Floats, labels: Floats | None) -> NDArray[Any] | None:
    """Which entries of a codebook samples are made of, (samples, positions); None for other latents."""
    few = network.encoded(samples[:1], None if labels is None else labels[:1])
    if network.latent.indices(few) is None:
        return None

    def some(numbers: Any, told: Any) -> Any:
        return network.latent.indices(network.encoded(numbers, told))

    found: NDArray[Any] = in_batches(some, network.batch_size, samples, labels)
    return found.reshape(len(found), -1)
