"""A run that can be used: its folder, opened, with its network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from aecli.config import Config, load_config
from aecli.data.sources.source import Kind
from aecli.errors import RunError
from aecli.plugins import require_plugin
from aecli.record import Record
from aecli.run_folder import RunFolder

if TYPE_CHECKING:
    from aecli.data.framing import Framing
    from aecli.data.scaling import Scaling
    from aecli.models.network.autoencoder import Autoencoder


@dataclass(frozen=True)
class TrainedRun:
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
    def kind(self) -> Kind:
        """What an item of its data is."""
        kind = self.record.data.get("kind", "pictures")
        if kind not in get_args(Kind):
            raise RunError(f"{self.folder.record_file}: damaged: there are no data of the kind {kind!r}")
        return kind  # type: ignore[no-any-return]

    @property
    def scaling(self) -> Scaling:
        """How the numbers of its data were scaled.

        Raises:
            RunError: The record is damaged.
        """
        from aecli.data.scaling import PIXELS, Scaling

        plain = self.record.data.get("scaling")
        return PIXELS if plain is None else Scaling.from_json(plain)  # older records only knew 8-bit pixels

    @property
    def framing(self) -> Framing | None:
        """How pictures were brought to one form; None where the data wasn't read from pictures.

        Raises:
            RunError: The record is damaged.
        """
        from aecli.data.framing import Framing

        plain = self.record.data.get("framing")
        return None if plain is None else Framing.from_json(plain)


def load_run(folder: RunFolder) -> TrainedRun:
    """Opens a run: builds the network from its config and takes the weights from its checkpoint.

    Args:
        folder: The run's folder; nothing but this folder is needed.

    Raises:
        RunError: The run has no network yet, or is damaged.
    """
    from aecli.saving import load_weights

    record = folder.read_record()
    if record.checkpoint is None:
        raise RunError(f"{folder.path}: this run ({record.status}) has no trained network to load")
    require_plugin(record)
    config = load_config(folder.config).config
    network = config.model.build(tuple(record.data["image_shape"]))
    load_weights(network.whole, folder.network(record.checkpoint))
    return TrainedRun(folder, config, record, network)
