"""A run that can be used: found, checked, and opened with its network."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aecli.config.load import load_config
from aecli.config.plugins import require_plugins, warn_of_change
from aecli.config.schema import Config
from aecli.core import backend, provenance
from aecli.core.errors import RunError
from aecli.data.sources.source import Kind
from aecli.runs.folder import RunFolder
from aecli.runs.lookup import find
from aecli.runs.record import Record
from aecli.runs.weights import load_weights, weights_hash

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from aecli.data.framing import Framing
    from aecli.data.scaling import Scaling
    from aecli.data.stored import Labels
    from aecli.models.autoencoder import Autoencoder
    from aecli.objectives.distortion import Distortion
    from aecli.runs.reference import Reference

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class OpenedRun:
    """A run with its network.

    Attributes:
        folder: Where it lies.
        config: Its config, with everything resolved.
        record: Its `run.json`.
        network: The network that the record says to load.
    """

    folder: RunFolder
    config: Config
    record: Record
    network: Autoencoder

    @property
    def classes(self) -> list[str] | None:
        """The labels that the network tells apart; None where it has no condition."""
        return self.config.told(self.record.data)

    @cached_property
    def distortion(self) -> Distortion:
        """How it measures how far outputs are from their targets, with what was learned of it."""
        distortion = self.config.objective.distortion()
        distortion.restore(self.record.learned)
        return distortion

    @property
    def kind(self) -> Kind:
        """What a sample of its data is."""
        return self.record.data["kind"]

    @property
    def scaling(self) -> Scaling:
        """How the numbers of its data were scaled.

        Raises:
            RunError: The record is damaged.
        """
        from aecli.data.scaling import Scaling

        return Scaling.from_json(self.record.data["scaling"])

    @property
    def framing(self) -> Framing | None:
        """How images were brought to one form; None where the data wasn't read from images.

        Raises:
            RunError: The record is damaged.
        """
        from aecli.data.framing import Framing

        plain = self.record.data["framing"]
        return None if plain is None else Framing.from_json(plain)

    @property
    def columns(self) -> tuple[str, ...] | None:
        """The headings that it was trained on; None without headings."""
        names = self.record.data["columns"]
        return None if names is None else tuple(names)

    @cached_property
    def reference(self) -> Reference:
        """What it keeps of its data.

        Raises:
            RunError: There is no such file, it is damaged, or it belongs to another network.
        """
        from aecli.runs.reference import Reference

        return Reference.read(self.folder.network(self.record.network or "") / "reference.npz", self.record)

    def told(self, labels: Labels | None) -> NDArray[np.float32] | None:
        """Labels as the network takes them, one-hot; None where it has no condition, or there are none."""
        from aecli.data.classes import one_hot

        return (
            None if self.classes is None or labels is None else one_hot(labels, self.classes, "the reference")
        )

    @cached_property
    def divergences(self) -> NDArray[np.float32] | None:
        """Of the samples that it keeps, the KL divergence of each latent dimension from the prior in nats.

        Returns:
            (count, latent dimensions); None where the latent has no density.
        """
        from keras import ops

        from aecli.models.autoencoder import in_batches

        network, reference = self.network, self.reference
        if "density" not in network.latent.serves:
            return None

        def some(samples: Any, told: Any) -> Any:
            return ops.convert_to_numpy(network.latent.kl_per_dimension(network.encoded(samples, told)))

        told = self.told(reference.sample_labels)
        found: NDArray[np.float32] = in_batches(some, network.batch_size, reference.sample_inputs, told)
        return found


def open_run(run: str, runs_dir: Path) -> OpenedRun:
    """Opens a run that a user names: finds it, makes sure of it, builds its network and takes its weights.

    Args:
        run: A run's folder, its id, a unique beginning of one, or `latest`.
        runs_dir: The folder of all runs.

    Raises:
        RunError: There is no such run, it has no network yet, or it is damaged.
    """
    folder = find(run, runs_dir)
    record = folder.read_record()
    folder.refuse_foreign()
    require_plugins(record.id, record.plugins)
    if record.network is None:
        raise RunError(f"{folder.path}: this run ({record.status}) has no trained network to load")
    config = load_config(folder.config).config
    warn_of_change(record.id, record.plugins, config)
    if changed := provenance.changed(record.versions):
        log.info(f"{record.id} was trained with other versions: {', '.join(changed)}")
    backend.load()
    from aecli.models.build import build

    network = build(config.model, tuple(record.data["sample_shape"]), len(config.told(record.data) or ()))
    path = folder.network(record.network) / "autoencoder.keras"
    load_weights(network.autoencoder, path)
    if weights_hash(network) != record.weights:
        raise RunError(f"{path}: isn't the network that run.json describes: its weights have another hash")
    return OpenedRun(folder, config, record, network)
