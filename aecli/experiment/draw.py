"""A trained run → its figures."""

import logging
from collections.abc import Callable, Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.core.errors import RequestError
from aecli.core.seeds import Role, generator
from aecli.data.classes import one_hot
from aecli.figures.cells import look_of
from aecli.figures.gallery import gallery
from aecli.figures.scene import Scene, Shown
from aecli.figures.style import save_figure
from aecli.models.autoencoder import in_batches
from aecli.runs.opened import OpenedRun
from aecli.training.history import History

log = logging.getLogger(__name__)

MONITORED = {"test": "test", "validation": "validation (held out)"}


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
        look=look_of(run.kind, run.scaling.bounds, reference.samples),
    )


def draw_figures(
    run: OpenedRun,
    *,
    check_signals: Callable[[], None] = lambda: None,
    samples: int = 10,
    only: Collection[str] = (),
    tsne: bool = False,
) -> list[str]:
    """Draws a run's figures into its folder.

    Args:
        run: The run.
        check_signals: Called before each figure; raises to stop.
        samples: How many test samples to show, where samples are shown.
        only: Names of the figures to draw; all of them if empty.
        tsne: Whether to project the codes by t-SNE too.

    Returns:
        The names of the figures drawn.

    Raises:
        RequestError: `only` names a figure that doesn't exist, or has no meaning for this run.
    """
    known = dict(gallery())
    unknown = [name for name in only if name not in known]
    if unknown:
        raise RequestError(f"--only {unknown[0]}: no such figure; there are: {', '.join(known)}")
    scene = scene_of(run, samples, tsne or "tsne" in only)
    drawn = []
    for name in only or known:
        check_signals()
        try:
            figure = known[name](scene)
            if figure is not None:
                save_figure(figure, run.folder.figures / f"{name}.png")
                drawn.append(name)
        except Exception as error:
            log.warning(f"the figure '{name}' could not be drawn: {type(error).__name__}: {error}")
    if only and not drawn:
        raise RequestError(f"--only {', '.join(only)}: has no meaning for this run ({run.record.words})")
    return drawn


def _shown(
    run: OpenedRun,
    originals: NDArray[np.float32],
    inputs: NDArray[np.float32],
    labels: NDArray[Any] | None,
    weights: NDArray[np.float32] | None,
) -> Shown:
    """Sends samples through the network."""
    network = run.network
    told = None if run.classes is None or labels is None else one_hot(labels, run.classes, "the reference")
    codes = network.encode_all(inputs, told)
    outputs = network.decode_all(codes, told)
    losses = in_batches(run.distortion.losses, network.batch_size, originals, outputs, weights)
    if weights is not None:
        real = weights.reshape(*weights.shape, *(1 for _ in originals.shape[2:])) > 0
        originals, inputs, outputs = (np.where(real, part, np.nan) for part in (originals, inputs, outputs))
    return Shown(originals, inputs, outputs, codes, labels, losses, told)


def _first(array: NDArray[Any] | None, count: int) -> NDArray[Any] | None:
    return None if array is None else array[:count]
