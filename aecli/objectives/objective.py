"""What an objective is, and the registry that finds them all.

A new objective is one new file in this folder:

    @OBJECTIVES.register
    class Mine(Objective):
        type: Literal["mine"] = "mine"
        loss: Error = "mse"

        def terms(self, training, batch, step): ...
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from aecli.core.lazy import lazy
from aecli.core.options import Options, Registry
from aecli.models.latents.latent import Draw, Step
from aecli.objectives.distortion import Distortion
from aecli.training.loss import Rival, Terms, TrainingBatch

if TYPE_CHECKING:
    from aecli.models.autoencoder import Autoencoder

keras, ops = lazy("keras"), lazy("keras.ops")

OBJECTIVES: Registry[Objective] = Registry("objective", tag="type", package="aecli.objectives")

NEEDS = {
    "density": "a latent with a density: set model.latent.type=gaussian",
    "free": "a latent of any numbers: set model.latent.type=gaussian, or give a plain one its 'dim' and "
    "'activation: linear'",
    "smooth": "a latent without jumps or chance: set model.latent.type=plain",
    "jacobian": "a network whose gradient has a gradient: set model.type=dense or model.type=conv",
    "hidden": "a corruption that hides numbers: set corruption.type=masking",
}
"""What objectives need that not every network, latent or corruption serves; and who does."""


@dataclass(frozen=True)
class Passed:
    """A batch after its way through the network.

    Attributes:
        encoded: What the encoder put out.
        draw: What the decoder was given.
        outputs: What it made of it, (draws · batch, *sample_shape).
    """

    encoded: Any
    draw: Draw
    outputs: Any


@dataclass(frozen=True)
class Training:
    """A network under an objective: what `aecli.training.loss.Loss` asks for.

    Attributes:
        objective: What is minimised.
        network: What is trained.
        samples: How many samples are trained on.
        distortion: How far outputs are from their targets.
        discriminator: The second player's network; None without one.
    """

    objective: Objective
    network: Autoencoder
    samples: int
    distortion: Distortion
    discriminator: Any = None
    epoch: Any = field(default_factory=lambda: keras.Variable(0.0, trainable=False, name="epoch"))

    @property
    def names(self) -> list[str]:
        """The names of the terms."""
        own = self.objective
        return [*own.charged, *self.network.latent.charged, *own.shown, "total"]

    @property
    def trainable_variables(self) -> list[Any]:
        """Of the network, and of the distortion."""
        return [*self.network.trainable_variables, *self._of_distortion]

    @property
    def variables(self) -> list[Any]:
        """Of the network, of the distortion, of the second player."""
        rival = [] if self.discriminator is None else self.discriminator.variables
        return [*self.network.variables, *self._of_distortion, *rival]

    @property
    def _of_distortion(self) -> list[Any]:
        return [] if self.distortion.width is None else [self.distortion.width]

    @property
    def learned(self) -> dict[str, float]:
        """Of the distortion."""
        return self.distortion.learned

    @cached_property
    def rival(self) -> Rival | None:
        """The discriminator, with its optimizer."""
        if self.discriminator is None:
            return None
        variables = self.discriminator.trainable_variables
        optimizer = self.objective.rival_optimizer()
        optimizer.build(variables)
        return Rival(variables, optimizer)

    def begin_epoch(self, epoch: int) -> None:
        """Says which epoch comes."""
        self.epoch.assign(float(epoch))

    def terms(self, batch: TrainingBatch, seed: Any, *, training: bool) -> Terms:
        """What the samples of a batch cost, by the objective and by the latent."""
        return self.objective.terms(
            self, batch, Step(seed, batch.counted, training, self.objective.latents_a_sample)
        )

    def through(self, batch: TrainingBatch, step: Step) -> Passed:
        """Sends a batch through the network, by drawn latents."""
        encoded = self.network.encoded(batch.inputs, batch.labels, step.training)
        draw = self.network.draw(encoded, step)
        labels = batch.labels
        if labels is not None and step.draws > 1:
            labels = ops.tile(labels, (step.draws, 1))
        return Passed(encoded, draw, self.network.decode(draw.latent, labels, step.training))


class Objective(Options, ABC):
    """What is minimised: the `objective:` section of a config."""

    needs: ClassVar[frozenset[str]] = frozenset()
    """What it asks of network, latent and corruption: keys of `NEEDS`."""

    prior: ClassVar[bool] = False
    """Whether it brings latents near N(0, 1), so that what is drawn from there decodes to new samples."""

    error_option: ClassVar[str] = "loss"
    """The option that says how far an output is from its target."""

    @property
    def charged(self) -> tuple[str, ...]:
        """The names of its terms that add up to what is minimised; the latent's come on top."""
        return ("reconstruction",)

    @property
    def shown(self) -> tuple[str, ...]:
        """The names of what is only watched."""
        return ()

    @property
    def total_metric(self) -> str | None:
        """The number of `metrics.json` that the total of test samples is an estimate of; None if it is none."""
        return None

    @property
    def latents_a_sample(self) -> int:
        """How many latents of each sample are decoded in a step."""
        return 1

    def distortion(self) -> Distortion:
        """How it measures how far outputs are from their targets, with fresh variables."""
        return Distortion.of(self.error)

    @property
    def error(self) -> str:
        """The name of that measure."""
        return str(getattr(self, self.error_option))

    @abstractmethod
    def terms(self, training: Training, batch: TrainingBatch, step: Step) -> Terms:
        """What the samples of a batch cost.

        Args:
            training: The network and what belongs to it.
            batch: The samples.
            step: Chance, and whether weights are about to move.
        """

    def rival_network(self, latent_size: int) -> Any | None:
        """The network of a second player; None without one.

        Args:
            latent_size: How many numbers a latent has.
        """

    def rival_optimizer(self) -> Any:
        """The second player's optimizer."""
        raise NotImplementedError(f"{type(self).__name__} has no second player")

    def train(self, network: Autoencoder, samples: int) -> Training:
        """A network under this objective, with fresh variables of its own.

        Args:
            network: What is to be trained.
            samples: How many samples it is trained on.
        """
        return Training(self, network, samples, self.distortion(), self.rival_network(network.latent_size))


def another(seed: Any) -> Any:
    """A second seed for the same step."""
    return ops.convert_to_tensor(seed) + ops.convert_to_tensor([1, 0], dtype=seed.dtype)
