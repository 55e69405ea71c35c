"""The contractive autoencoder (Rifai et al., 2011): latents that change little where samples do."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, NonNegativeFloat

from aecli.core.lazy import lazy
from aecli.models.latents.latent import Step
from aecli.objectives.distortion import Error
from aecli.objectives.objective import OBJECTIVES, Objective, Training
from aecli.training.loss import Terms, TrainingBatch

ops, tf, noise = lazy("keras.ops"), lazy("tensorflow"), lazy("aecli.core.noise")


@OBJECTIVES.register
class Contractive(Objective):
    """Reconstruction, and the squared norm of the encoder's Jacobian.

    The norm is Hutchinson's estimate: for v of N(0, 1), the mean of |Jᵀv|² is the sum of squares of all that is in
    J. One product through the encoder gives it for all latent dimensions together, without bias.
    """

    needs: ClassVar[frozenset[str]] = frozenset({"smooth", "jacobian"})

    type: Literal["contractive"] = "contractive"
    """Which objective."""

    loss: Error = "binary_crossentropy"
    """The error of a reconstruction; see `reconstruction`."""

    weight: NonNegativeFloat = 1e-3
    """Factor of the squared norm."""

    products: Annotated[int, Field(ge=1, le=64)] = 1
    """How many v are drawn for each sample; more give a steadier estimate, and take longer."""

    @property
    def charged(self) -> tuple[str, ...]:
        """Reconstruction, and the squared norm with its factor."""
        return ("reconstruction", "contraction")

    def terms(self, training: Training, batch: TrainingBatch, step: Step) -> Terms:
        """The error, and the estimate."""
        network = training.network
        inputs = ops.convert_to_tensor(batch.inputs)
        with tf.GradientTape(persistent=self.products > 1) as tape:
            tape.watch(inputs)
            encoded = network.encoded(inputs, batch.labels, step.training)
            latent = network.latent.mean(encoded)
            vectors = noise.normal((self.products, *ops.shape(latent)), step.seed)
            along = [ops.sum(latent * vectors[i]) for i in range(self.products)]
        gradients = [ops.reshape(tape.gradient(each, inputs), (ops.shape(inputs)[0], -1)) for each in along]
        norm = sum(ops.sum(ops.square(each), axis=-1) for each in gradients) / self.products
        draw = network.draw(encoded, step)
        outputs = network.decode(draw.latent, batch.labels, step.training)
        error = training.distortion.losses(batch.targets, outputs, batch.weights)
        terms = {"reconstruction": error, "contraction": self.weight * norm, **draw.charges}
        return Terms(terms, update=draw.update)
