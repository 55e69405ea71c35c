"""What a page says and does, as plain data; the page's scripts know no more of a run."""

from __future__ import annotations

import logging
from base64 import b64encode
from dataclasses import asdict, dataclass
from typing import Any

import keras
import matplotlib.colors
import numpy as np
from numpy.typing import NDArray

from aecli.data.classes import classes_of, one_hot
from aecli.data.stored import Labels
from aecli.figures.cells import look_of
from aecli.figures.style import TRAIN, class_colours
from aecli.models.autoencoder import Autoencoder
from aecli.reports.explore import Precision
from aecli.reports.explore.agreement import compare
from aecli.reports.explore.axes import Axes, short
from aecli.reports.explore.grid import Grid, directions
from aecli.reports.explore.lowering import NotInPage, lower
from aecli.reports.explore.program import Weights
from aecli.reports.explore.shown import Shown
from aecli.runs.opened import OpenedRun

log = logging.getLogger(__name__)

Floats = NDArray[np.float32]

MOST_BYTES = 25_000_000
"""Of a page whose network runs in it."""
QUANTILES = 201
"""Of the losses of training samples."""
CHECKED = 256
"""Numbers of a code and of an output that a page compares its own with, where it is opened."""


@dataclass(frozen=True)
class Content:
    """All that goes into a page.

    Attributes:
        facts: Plain data.
        blobs: Numbers by name, base64.
    """

    facts: dict[str, Any]
    blobs: dict[str, str]


def content_of(run: OpenedRun, precision: Precision) -> Content:
    """Gathers what the page of a run says and does.

    Raises:
        ExportFailed: The network in the page would do something else than Keras's.
    """
    shown = Shown.of(run)
    told = run.told(shown.labels)
    codes = run.network.encode_all(shown.samples, told)
    axes = Axes.of(run, codes.reshape(len(codes), -1))
    facts = {**_facts(run, shown), "axes": axes.to_json()}
    blobs = {"samples": _text(shown.stored), "components": _text(axes.packed())}
    try:
        network, packed = _network(run.network, shown, told, codes, precision)
    except NotInPage as error:
        log.warning(
            f"{run.record.id}: {error}. In its place the page has points of the plane, decoded beforehand"
        )
        network, packed = _grid(run.network, axes, codes, run.classes[0] if run.classes else None, str(error))
    return Content({**facts, **network}, {**blobs, **packed})


def _facts(run: OpenedRun, shown: Shown) -> dict[str, Any]:
    """What there is to say of the run and of its data."""
    record, kept = run.record, run.reference
    look = look_of(run.kind, run.scaling.bounds, shown.samples)
    order, labels = _labels(shown.labels)
    return {
        "title": record.id,
        "words": record.words,
        "kind": run.kind,
        "data": record.data["name"],
        "unit": record.unit,
        "weights": record.parameters,
        "sample_shape": list(run.network.sample_shape),
        "latent_shape": list(run.network.latent_shape),
        "limits": list(look.limits),
        "names": shown.names,
        "labels": labels,
        "label_order": order,
        "steps": shown.steps,
        "samples_are": shown.dtype,
        "classes": run.classes,
        "prior": run.config.objective.prior,
        "loss": {"name": run.distortion.name, **run.distortion.learned},
        "train_losses": short(np.quantile(kept.train_losses, np.linspace(0, 1, QUANTILES))),
        "corruption": _corruption(run),
        "fit": run.framing.fit if run.framing else "resize",
        "scaling": {
            "offset": list(run.scaling.offset),
            "divisor": list(run.scaling.divisor),
            "largest": _largest(run.scaling.dtype),
        },
        "colours": {
            "train": TRAIN,
            "classes": [matplotlib.colors.to_hex(colour) for colour in class_colours()],
        },
    }


def _labels(labels: Labels | None) -> tuple[list[str] | None, list[str] | None]:
    """The labels that name classes, in their order, and that of each sample, as text; None where there are none."""
    order = classes_of(labels)
    if labels is None or order is None:
        return None, None if labels is None else list(map(str, labels.tolist()))
    return order, [order[column] for column in one_hot(labels, order, "labels").argmax(axis=1)]


def _corruption(run: OpenedRun) -> dict[str, Any] | None:
    """The noise that the run's network learned to remove."""
    noise = run.config.corruption
    if noise is None:
        return None
    return {"type": noise.model_dump()["type"], "level": noise.level, "patch": getattr(noise, "patch", 1)}


def _largest(dtype: str) -> float:
    """What white is, as stored."""
    return float(np.iinfo(dtype).max) if np.dtype(dtype).kind in "iu" else 1.0


def _network(
    network: Autoencoder, shown: Shown, told: Floats | None, codes: Floats, precision: Precision
) -> tuple[dict[str, Any], dict[str, str]]:
    """The network as the page runs it.

    Raises:
        NotInPage: No page can hold it.
        ExportFailed: It would do something else than Keras's.
    """
    weights = Weights(precision)
    size = network.encoder.count_params() + network.decoder.count_params()
    text = len(shown.stored) * 4 / 3 + size * np.dtype(precision).itemsize * 4 / 3
    if text > MOST_BYTES:
        raise NotInPage(
            f"a page with its {size:,} weights would have {text / 1e6:,.0f} MB, and {MOST_BYTES / 1e6:.0f} at most are "
            "of use"
        )
    encoder, decoder = lower(network.encoder, weights), lower(network.decoder, weights)
    nearest = lower(_nearest(network), weights)
    outputs = network.decode_all(codes, told)
    given = [shown.samples, *([] if told is None else [told])]
    found = compare(encoder, decoder, weights.unpacked(), precision, given, codes, outputs)
    found.require()
    book = [step.weights["kernel"] for step in nearest.steps if step.op == "dense"]
    facts = {
        "programs": {
            "encode": encoder.to_json(),
            "decode": decoder.to_json(),
            "nearest": nearest.to_json(),
        },
        "precision": precision,
        "agreement": asdict(found),
        "codebook": list(book[-1]) if network.latent.codebook_entries else None,
        "check": {"code": short(codes[0].ravel()[:CHECKED]), "output": short(outputs[0].ravel()[:CHECKED])},
        "grid": None,
    }
    return facts, {"weights": _text(weights.packed())}


def _nearest(network: Autoencoder) -> keras.Model:
    """Any numbers → the nearest that can be a latent, as a network."""
    latent = keras.Input(network.latent_shape)
    return keras.Model(latent, network.latent.nearest(latent, network.head))


def _grid(
    network: Autoencoder, axes: Axes, codes: Floats, label: str | None, reason: str
) -> tuple[dict[str, Any], dict[str, str]]:
    """What stands in for a network that can't be in the page."""
    codes = codes.reshape(len(codes), -1)
    grid = Grid.of(network, axes, codes)
    places = (codes - axes.mean) @ directions(axes).T
    reach = np.array(grid.reach, np.float32)
    plane = Axes(np.zeros(2, np.float32), reach / 3.3, None, None, reach, "reach")
    facts = {
        **dict.fromkeys(("programs", "precision", "agreement", "codebook", "check", "classes", "corruption")),
        "grid": {
            "side": grid.side,
            "reach": list(grid.reach),
            "places": short(np.asarray(places, np.float32)),
            "label": label,
            "reason": reason,
        },
        "latent_shape": [2],
        "axes": plane.to_json(),
        "prior": False,
    }
    return facts, {"grid": _text(grid.decoded), "components": ""}


def _text(packed: bytes) -> str:
    return b64encode(packed).decode()
