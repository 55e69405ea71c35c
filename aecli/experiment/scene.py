"""A trained run → what its figures draw from."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.core.seeds import Role, generator
from aecli.figures.cells import look_of
from aecli.figures.scene import Scene, Shown
from aecli.models.autoencoder import in_batches
from aecli.models.kernels import atoms, filters
from aecli.runs.evolution import Evolution
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
        evolution=Evolution.read(run.folder.evolution),
        look=look_of(run.kind, run.scaling.bounds, reference.samples),
    )


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
