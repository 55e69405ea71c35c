"""A trained run → its figures."""

import logging
from collections.abc import Callable, Collection
from pathlib import Path

from aecli.core.errors import RequestError
from aecli.core.text import did_you_mean
from aecli.experiment.scene import scene_of
from aecli.figures.animations import ANIMATIONS
from aecli.figures.gallery import gallery
from aecli.figures.style import save_figure
from aecli.runs.opened import OpenedRun

log = logging.getLogger(__name__)


def draw_figures(
    run: OpenedRun,
    *,
    check_signals: Callable[[], None] = lambda: None,
    samples: int = 10,
    only: Collection[str] = (),
    tsne: bool = False,
    gif: bool = False,
) -> list[Path]:
    """Draws a run's figures into its folder.

    Args:
        run: The run.
        check_signals: Called before each figure; raises to stop.
        samples: How many test samples to show, where samples are shown.
        only: Names of the figures to draw; all of them if empty.
        tsne: Whether to project the codes by t-SNE too.
        gif: Whether to write as GIFs too what can move.

    Returns:
        The files written.

    Raises:
        RequestError: `only` names a figure that doesn't exist, or has no meaning for this run.
    """
    known = dict(gallery())
    unknown = [name for name in only if name not in known]
    if unknown:
        raise RequestError(f"--only {unknown[0]}: no such figure; {did_you_mean(unknown[0], known)}")
    scene = scene_of(run, samples, tsne or "tsne" in only)
    drawn: list[Path] = []
    for name in only or known:
        check_signals()
        try:
            figure = known[name](scene)
            if figure is not None:
                save_figure(figure, path := run.folder.figures / f"{name}.png")
                drawn.append(path)
            moving = ANIMATIONS[name](scene) if gif and name in ANIMATIONS else None
            if moving is not None:
                moving.write(path := run.folder.figures / f"{name}.gif")
                drawn.append(path)
        except Exception as error:
            log.warning(f"the figure '{name}' could not be drawn: {type(error).__name__}: {error}")
    if only and not drawn:
        raise RequestError(f"--only {', '.join(only)}: has no meaning for this run ({run.record.words})")
    return drawn
