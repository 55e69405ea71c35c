"""A trained run → a folder of files that other programs read."""

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from aecli.core import backend, provenance
from aecli.core.errors import ExportFailed, RequestError
from aecli.core.files import new_folder, write_text
from aecli.data.classes import one_hot
from aecli.export.agreement import Agreement, agreement
from aecli.export.formats.format import Format, given
from aecli.export.networks import networks, rebuilt
from aecli.models.autoencoder import Autoencoder, Floats
from aecli.runs.opened import OpenedRun

log = logging.getLogger(__name__)

MANIFEST = "export.json"


def export_run(run: OpenedRun, target: Format, chosen: Sequence[str], folder: Path) -> None:
    """Exports a run's network; the folder is there only once all in it agreed with the original.

    Args:
        run: The run; its folder must hold the reference.
        target: The format.
        chosen: Which of `encoder`, `decoder` and `autoencoder`.
        folder: The folder to make.

    Raises:
        RunError: The run has no test samples to compare on.
        RequestError: The folder can't be made.
        ExportFailed: An export can't be made, or doesn't agree.
    """
    reference, labels = run.reference, None
    samples = np.concatenate([reference.sample_inputs, reference.worst_inputs])
    if run.classes is not None:
        shown = [known for known in (reference.sample_labels, reference.worst_labels) if known is not None]
        labels = one_hot(np.concatenate(shown), run.classes, "the reference")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with new_folder(folder) as temporary:
            exported = export_network(run.network, target, chosen, samples, labels, temporary)
            manifest = {
                "run": run.record.id,
                "model": run.record.words,
                "format": target.name,
                "networks": exported,
                "test_samples": len(samples),
                "data": run.record.data,
                "versions": provenance.versions() | target.versions(),
            }
            write_text(temporary / MANIFEST, json.dumps(manifest, indent=2) + "\n")
    except OSError as error:
        raise RequestError(
            f"{folder}: can't be written: {error.strerror or error} ({error.filename})"
        ) from error


def export_network(
    network: Autoencoder,
    target: Format,
    chosen: Sequence[str],
    samples: Floats,
    labels: Floats | None,
    folder: Path,
) -> dict[str, Any]:
    """Exports networks into a folder, reads each back, and compares it with the original.

    Args:
        network: The autoencoder.
        target: The format.
        chosen: Which of `encoder`, `decoder` and `autoencoder`.
        samples: What to compare on, (count, *sample_shape).
        labels: Where the network has a condition, their labels, one-hot, (count, classes); else None.
        folder: Where to; it is there.

    Returns:
        What there is to know of each.

    Raises:
        ExportFailed: One can't be made, or doesn't agree.
    """
    with tf.device("CPU:0"):  # where it is compared, and where arithmetic isn't shortened
        originals, plain = networks(network), networks(rebuilt(network, target.layer))
        inputs = {"image": samples, "code": network.encode_all(samples, labels), "label": labels}
        exported = {}
        for name in chosen:
            some = [inputs[each.name] for each in originals[name].inputs]
            path = folder / f"{name}{target.suffix}"
            agreements = _export(originals[name], plain[name], target, some, path)
            for output, found in agreements.items():
                log.info(f"{name}: {output} differs from the network's by at most {found}")
            exported[name] = _description(originals[name], path, some, agreements)
    return exported


def _export(
    original: keras.Model, plain: keras.Model, target: Format, inputs: Sequence[Any], path: Path
) -> dict[str, Agreement]:
    """Writes a network, reads it back and compares it, on all inputs at once and on one alone.

    Raises:
        ExportFailed: It can't be written or read, or doesn't agree.
    """
    expected = {name: np.asarray(output) for name, output in original(given(inputs), training=False).items()}
    try:
        with backend.stderr_held_back():
            target.write(plain, path)
            loaded = target.load(path)
            received, single = loaded(*inputs), loaded(*(each[:1] for each in inputs))
    except OSError:
        raise
    except Exception as error:  # what converters raise is theirs to say
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ExportFailed(
            f"{path.name}: this network can't be exported as {target.name}: {reason}"
        ) from error
    agreements = {}
    for name, output in expected.items():
        found = (
            agreement(name, output, received.get(name)),
            agreement(name, output[:1], single.get(name)),
        )
        agreements[name] = max(found, key=lambda each: each.difference)
        if not agreements[name].holds:
            raise ExportFailed(
                f"{path.name}: {name} differs from the network's by {agreements[name]}; nothing was exported"
            )
    return agreements


def _description(
    model: keras.Model, path: Path, inputs: Sequence[Any], agreements: dict[str, Agreement]
) -> dict[str, Any]:
    """What `export.json` says of one network; `None` in a shape is a batch of any size."""
    return {
        "file": path.name,
        "inputs": {
            taken.name: {
                "shape": [None, *taken.shape[1:]],
                "dtype": numbers.dtype.name,
                "range": [float(numbers.min()), float(numbers.max())],
            }
            for taken, numbers in zip(model.inputs, inputs, strict=True)
        },
        "outputs": {
            name: {
                "shape": [None, *model.output[name].shape[1:]],
                "dtype": model.output[name].dtype,
                "difference": found.difference,
                "allowed": found.allowed,
                "measure": found.measure,
            }
            for name, found in agreements.items()
        },
    }
