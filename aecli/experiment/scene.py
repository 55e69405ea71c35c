"""A trained run → what its figures draw from."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.config.trial import recipe_of
from aecli.core.seeds import Role, generator
from aecli.figures.cells import look_of
from aecli.figures.scene import Scene, Shown
from aecli.models.autoencoder import in_batches
from aecli.models.kernels import atoms, filters
from aecli.runs.evolution import Evolution
from aecli.runs.loss_metrics import loss_metrics
from aecli.runs.opened import OpenedRun
from aecli.training.history import History

MONITORED = {"test": "test set", "validation": "validation (held out)"}


def scene_of(run: OpenedRun, samples: int, tsne: bool) -> Scene:
    """Gathers what figures draw from.

    Args:
        run: The run; its folder must hold the reference and the metrics.
        samples: How many test samples to show, where samples are shown.
        tsne: Whether to project by t-SNE too.
    """
    reference = run.reference
    history = History.read_csv(run.folder.metrics)
    return Scene(
        title=run.record.id,
        unit=run.record.unit,
        monitored=MONITORED[run.record.monitored],
        prefix=history.prefix,
        columns={name: history.column(name) for name in history[0]},
        samples=_shown(
            run,
            reference.samples[:samples],
            reference.sample_inputs[:samples],
            _first(reference.sample_labels, samples),
            _first(reference.sample_weights, samples),
        ),
        worst=_shown(
            run,
            reference.worst,
            reference.worst_inputs,
            reference.worst_labels,
            reference.worst_weights,
        ),
        corrupted=run.config.corruption is not None,
        test_codes=reference.test_codes,
        test_labels=reference.test_labels,
        classes=run.classes,
        decode=run.network.decode_all,
        prior_dim=run.network.latent_size if run.config.objective.prior else None,
        tsne=tsne,
        random=generator(run.config.seed, Role.FIGURES),
        kl=run.divergences,
        kept_epoch=run.record.checkpoint_epoch,
        sparse=run.network.latent.sparse,
        codebook_entries=run.network.latent.codebook_entries,
        filters=filters(run.network),
        atoms=atoms(run.network),
        expected=_expected(run),
        stored=_stored(run),
        evolution=Evolution.read(run.folder.evolution),
        look=look_of(run.kind, run.scaling.bounds, reference.samples),
    )


def _expected(run: OpenedRun) -> dict[str, float]:
    """What the run's recipe expects of parts of the test loss: what was measured goes before what others say."""
    recipe = recipe_of(run.config, run.record.data["name"])
    judged = [one for one in recipe.expectations if one.tolerance is not None] if recipe else []
    judged.sort(key=lambda one: one.source == "measured")
    values = {one.metric: one.value for one in judged}
    metrics = loss_metrics(run.config, run.record)
    return {part: values[metric] for metric, part in metrics.items() if metric in values}


def _stored(run: OpenedRun) -> Callable[[NDArray[Any]], NDArray[Any]] | None:
    """How sequences that were scaled, all features alike, become the numbers that their data holds."""
    scaling = run.scaling
    alike = len(scaling.divisor) == 1 and (scaling.offset, scaling.divisor) != ((0.0,), (1.0,))
    return scaling.invert if run.kind == "sequences" and alike else None


def _shown(
    run: OpenedRun,
    originals: NDArray[np.float32],
    inputs: NDArray[np.float32],
    labels: NDArray[Any] | None,
    weights: NDArray[np.float32] | None,
) -> Shown:
    """Sends samples through the network."""
    network = run.network
    told = run.told(labels)
    codes = network.encode_all(inputs, told)
    outputs = network.decode_all(codes, told)
    losses = in_batches(run.distortion.losses, network.batch_size, originals, outputs, weights)
    if weights is not None:
        real = weights.reshape(*weights.shape, *(1 for _ in originals.shape[2:])) > 0
        originals, inputs, outputs = (np.where(real, part, np.nan) for part in (originals, inputs, outputs))
    return Shown(originals, inputs, outputs, codes, labels, losses, told)


def _first(array: NDArray[Any] | None, count: int) -> NDArray[Any] | None:
    return None if array is None else array[:count]
