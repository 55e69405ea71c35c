"""New samples: codes that no input had, decoded."""

from __future__ import annotations

import logging
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.core.lean import scikit_learn
from aecli.core.progress import Bar
from aecli.core.seeds import Role, generator
from aecli.data.splits import Split
from aecli.data.stored import taken
from aecli.figures.cells import look_of
from aecli.figures.contact_sheet import contact_sheet
from aecli.figures.style import save_figure
from aecli.inference.functions import decoder
from aecli.inference.inputs.batch import Named, Skipped
from aecli.inference.inputs.told import check_label, told_of
from aecli.inference.outcome import Outcome
from aecli.inference.outputs.place import plain_failures
from aecli.inference.outputs.results import Results
from aecli.runs.opened import OpenedRun

log = logging.getLogger(__name__)

decomposition, mixture = scikit_learn("decomposition"), scikit_learn("mixture")

Floats = NDArray[np.float32]

SHOWN = 144
"""Items on the contact sheet."""
COMPONENTS = 10
DIMENSIONS = 64
CODES_A_COMPONENT = 50
"""Codes, at least, for each Gaussian of a mixture."""


@dataclass(frozen=True)
class Density:
    """A mixture of Gaussians over the leading principal components of some codes.

    It is fitted to codes of test samples, and knows nothing of what lies between: what it gives where there
    was no code may decode to anything.

    Attributes:
        codes: What it is fitted to, (count, numbers of a code).
        seed: Where its chance comes from.
    """

    codes: Floats
    seed: int

    @property
    def components(self) -> int:
        """How many Gaussians."""
        return max(1, min(COMPONENTS, len(self.codes) // CODES_A_COMPONENT))

    def draw(self, count: int) -> Floats:
        """Draws codes, (count, numbers of a code), that keep to what the numbers of real codes keep to.

        A code after a ReLU is never negative, so none is drawn that is: each number stays between the lowest
        and the highest that it had.
        """
        from threadpoolctl import threadpool_limits

        state = np.random.RandomState(self.seed)
        kept = min(DIMENSIONS, self.codes.shape[1], max(1, len(self.codes) - 1))
        # Of matrices as small as these, threads wait for one another far longer than they work.
        with warnings.catch_warnings(), threadpool_limits(1):
            warnings.simplefilter("ignore")  # that it could converge further, or that codes are all equal
            plane = decomposition.PCA(kept, random_state=state).fit(self.codes)
            gaussians = mixture.GaussianMixture(self.components, reg_covar=1e-6, random_state=state)
            gaussians.fit(plane.transform(self.codes))
            drawn = gaussians.sample(count)[0]
        drawn = drawn[state.permutation(count)]  # they come sorted by component
        low, high = self.codes.min(axis=0), self.codes.max(axis=0)
        codes: Floats = plane.inverse_transform(drawn).clip(low, high).astype(np.float32)
        return codes


def new_codes(run: OpenedRun, count: int, seed: int) -> tuple[Floats, str]:
    """Latents that no input had.

    Args:
        run: Whose latents.
        count: How many.
        seed: The same seed, the same latents.

    Returns:
        Latents, (count, *latent_shape), and in words where they come from.
    """
    random = generator(seed, Role.SAMPLES)
    if run.config.objective.prior:
        codes = random.standard_normal((count, *run.network.latent_shape)).astype(np.float32)
        return codes, "from the prior, N(0, 1)"
    density = Density(run.reference.test_codes, int(random.integers(2**31)))
    words = (
        f"from a mixture of {density.components} Gaussian(s) fitted to the latents of "
        f"{len(density.codes):,} test samples: {run.record.words} has no prior"
    )
    drawn = density.draw(count).reshape(count, *run.network.latent_shape)
    return run.network.nearest(drawn), words


def labels_of(run: OpenedRun, count: int, label: str | None) -> NDArray[Any] | None:
    """What new samples are to show, (count,): the label, or all of them in turn; None without a condition.

    Raises:
        RequestError: The run doesn't take such a label.
    """
    if not check_label(run, label):
        return None
    return np.resize(np.array(run.classes if label is None else [label]), count)


def sample(
    run: OpenedRun, count: int, seed: int, label: str | None, sheet: Path, results: Results
) -> Outcome:
    """Makes new samples and a contact sheet of them.

    Args:
        run: What decodes.
        count: How many.
        seed: The same seed, the same samples.
        label: What they are to show, for a run with a condition; by default all labels in turn.
        sheet: Where the contact sheet goes.
        results: Where the samples go.

    Raises:
        RequestError: The run doesn't take such a label.
    """
    labels = labels_of(run, count, label)
    told = told_of(run, labels, "sample")
    codes, words = new_codes(run, count, seed)
    log.info(f"Latents {words}")
    function, skipped, shown = decoder(run), Skipped(), []
    with Bar("Sampling", count) as bar, results:
        for start in range(0, count, run.network.batch_size):
            rows = slice(start, start + run.network.batch_size)
            samples = function(codes[rows], taken(told, rows))
            named = Named(np.arange(start, start + len(samples)), labels=taken(labels, rows))
            bar.advance(results.add(named, samples, skipped))
            if start < SHOWN:
                shown.append(samples[: SHOWN - start])
    skipped.close()
    few = np.concatenate(shown)
    look = look_of(run.kind, run.scaling.bounds, few)
    figure = contact_sheet(
        f"Samples of {run.record.id}\n{words}", Split(few, taken(labels, slice(SHOWN))), look
    )
    with plain_failures(sheet):
        save_figure(figure, sheet)
    return Outcome([results.path, sheet], bar.done, skipped.count, bar.seconds)
