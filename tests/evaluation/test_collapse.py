"""A latent space that isn't used is named, with what to try."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from aecli.evaluation.collapse import collapse
from aecli.models.latents.gaussian import Gaussian
from aecli.models.latents.latent import Latent
from aecli.models.latents.topk import TopK
from aecli.models.latents.vq import Vq


def said(latent: Latent, codes: Any, indices: Any = None) -> str | None:
    network: Any = SimpleNamespace(latent=latent)
    return collapse(network, np.asarray(codes, np.float32), indices)


def spread(used: int, of: int) -> np.ndarray:
    """Latents of which so many numbers vary."""
    codes = np.zeros((100, of))
    codes[:, :used] = np.random.default_rng(0).standard_normal((100, used))
    return codes


def test_a_gaussian_of_which_no_dimension_is_active_has_collapsed() -> None:
    message = said(Gaussian(dim=4), 0.05 * spread(4, 4))
    assert message is not None
    assert "posterior collapse: none of the 4 latent dimensions is active" in message
    assert "objective.warmup" in message
    assert said(Gaussian(dim=4), spread(1, 4)) is None


def test_units_of_which_less_than_a_tenth_fire() -> None:
    message = said(TopK(dim=40, k=2), spread(3, 40))
    assert message is not None
    assert message.startswith("only 3 of the 40 numbers of the latent ever change. Try model.latent.revive")
    assert said(TopK(dim=40, k=2), spread(4, 40)) is None


@pytest.mark.parametrize(("entries", "fine"), [(6, False), (7, True)])
def test_a_codebook_of_which_less_than_a_tenth_is_used(entries: int, fine: bool) -> None:
    indices = np.arange(60).reshape(30, 2) % entries
    message = said(Vq(codebook_size=64), spread(4, 4), indices)
    assert (message is None) is fine
    start = "only 6 of the 64 entries of the codebook are used. Try a smaller model.latent.codebook_size"
    assert fine or (message or "").startswith(start)
