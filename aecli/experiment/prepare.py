"""What comes before a run: a config's data, and its network with fresh weights. Nothing is written."""

from dataclasses import dataclass
from math import prod

import keras

from aecli.config.schema import Config
from aecli.config.suitability import check_suits
from aecli.core.seeds import Role, number
from aecli.data.splits import DataSet, prepare
from aecli.data.streamed import Streamed
from aecli.models.autoencoder import Autoencoder
from aecli.models.build import build
from aecli.models.cost import multiply_adds, suits_xla
from aecli.training.execution import resolve, with_short_chunks


@dataclass(frozen=True)
class Experiment:
    """A config with what it names: the data, and a network with fresh weights.

    Attributes:
        config: Everything resolved: the data really used, how the loop is executed.
        data: The samples.
        network: The autoencoder.
    """

    config: Config
    data: DataSet
    network: Autoencoder

    @property
    def classes(self) -> list[str] | None:
        """The labels that the network tells apart; None where it has no condition."""
        return self.config.told(self.data.record)


def prepare_experiment(config: Config) -> Experiment:
    """Reads the data and builds the network; nothing is written yet, so a mistake leaves nothing behind.

    Raises:
        RequestError: The data can't be had, or the network can't take it.
    """
    raw = config.data.read()
    data = prepare(raw, config.seed)
    check_suits(config, data)
    keras.utils.set_random_seed(number(config.seed, Role.WEIGHTS))
    classes = len(config.told(data.record) or ())
    network = build(config.model, data.sample_shape, classes, config.training.batch_size, trained=True)
    draws = config.objective.latents_a_sample
    execution = resolve(config.training, len(data.train), multiply_adds(network), suits_xla(network), draws)
    if isinstance(data.train.samples, Streamed):
        execution = with_short_chunks(execution, config.training.batch_size, prod(data.sample_shape))
    training = config.training.model_copy(update={"execution": execution})
    resolved = config.model_copy(update={"data": raw.source, "training": training})
    return Experiment(resolved, data, network)
