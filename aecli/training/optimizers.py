"""Keras's optimizers and their options, as a table that is checked before Keras is imported.

Names, fields and defaults are Keras's own (a test holds them against the installed version), with one
exception that the post forces on us: none is left to guess there, so recipes write the learning rate out.
"""

from __future__ import annotations

from abc import ABC
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, NonNegativeFloat, PositiveFloat, model_validator

from aecli.core.options import Options, Registry

OPTIMIZERS: Registry[Optimizer] = Registry("optimizer", tag="type", package="aecli.training.optimizers")

Fraction = Annotated[float, Field(ge=0.0, lt=1.0)]
"""A decay rate: at least 0 and below 1."""

Rate = Annotated[float, Field(ge=1e-37, le=1e37)]
"""A learning rate: what float32, in which it is applied, takes for neither 0 nor infinity."""

CLIPPINGS = ("clipnorm", "clipvalue", "global_clipnorm")


class Optimizer(Options, ABC):
    """An optimizer of Keras by name, with its options."""

    keras_class: ClassVar[str]

    learning_rate: Rate = 0.001
    """Step size; schedules start from it."""

    weight_decay: NonNegativeFloat | None = None
    """Decoupled weight decay, if any."""

    clipnorm: PositiveFloat | None = None
    """Clip the gradient of each weight to this norm, if given."""

    clipvalue: PositiveFloat | None = None
    """Clip each number of the gradient to this size, if given."""

    global_clipnorm: PositiveFloat | None = None
    """Clip the gradient of all weights together to this norm, if given."""

    @model_validator(mode="after")
    def _clips_in_one_way(self) -> Self:
        """Keras clips by one rule at most."""
        given = [name for name in CLIPPINGS if getattr(self, name) is not None]
        if len(given) > 1:
            raise ValueError(f"clips in one way at most: give one of {', '.join(given)}")
        return self

    def make(self) -> Any:
        """The Keras optimizer itself."""
        import keras

        return getattr(keras.optimizers, self.keras_class)(**self.model_dump(exclude={"type"}))


class _AdamFamily(Optimizer, ABC):
    beta_1: Fraction = 0.9
    """Decay of the running mean of the gradient."""

    beta_2: Fraction = 0.999
    """Decay of the running mean of its square."""

    epsilon: PositiveFloat = 1e-7
    """Keeps divisions finite."""


@OPTIMIZERS.register
class Adadelta(Optimizer):
    """Adadelta (Zeiler, 2012). Keras's default rate was 1.0 when the post was written and is 0.001 now."""

    keras_class = "Adadelta"
    type: Literal["adadelta"] = "adadelta"
    """Which optimizer."""
    rho: Fraction = 0.95
    """Decay of the running means."""
    epsilon: PositiveFloat = 1e-7
    """Keeps divisions finite."""


@OPTIMIZERS.register
class Adafactor(Optimizer):
    """Adafactor (Shazeer & Stern, 2018)."""

    keras_class = "Adafactor"
    type: Literal["adafactor"] = "adafactor"
    """Which optimizer."""
    beta_2_decay: Annotated[float, Field(lt=0.0)] = -0.8
    """Exponent of the decay of the second moment."""
    epsilon_1: PositiveFloat = 1e-30
    """Keeps divisions finite."""
    epsilon_2: PositiveFloat = 1e-3
    """Least size of a weight that the rate is relative to."""
    clip_threshold: PositiveFloat = 1.0
    """Clips the root mean square of an update."""
    relative_step: bool = True
    """Whether the rate falls with the number of steps."""


@OPTIMIZERS.register
class Adagrad(Optimizer):
    """Adagrad (Duchi, Hazan & Singer, 2011)."""

    keras_class = "Adagrad"
    type: Literal["adagrad"] = "adagrad"
    """Which optimizer."""
    initial_accumulator_value: NonNegativeFloat = 0.1
    """What the sums of squared gradients start from."""
    epsilon: PositiveFloat = 1e-7
    """Keeps divisions finite."""


@OPTIMIZERS.register
class Adam(_AdamFamily):
    """Adam (Kingma & Ba, 2015)."""

    keras_class = "Adam"
    type: Literal["adam"] = "adam"
    """Which optimizer."""
    amsgrad: bool = False
    """Use the AMSGrad variant (Reddi, Kale & Kumar, 2018)."""


@OPTIMIZERS.register
class AdamW(_AdamFamily):
    """Adam with decoupled weight decay (Loshchilov & Hutter, 2019)."""

    keras_class = "AdamW"
    type: Literal["adamw"] = "adamw"
    """Which optimizer."""
    weight_decay: NonNegativeFloat = 0.004
    """Decoupled weight decay."""
    amsgrad: bool = False
    """Use the AMSGrad variant."""


@OPTIMIZERS.register
class Adamax(_AdamFamily):
    """Adamax (Kingma & Ba, 2015, section 7)."""

    keras_class = "Adamax"
    type: Literal["adamax"] = "adamax"
    """Which optimizer."""


@OPTIMIZERS.register
class Ftrl(Optimizer):
    """FTRL-Proximal (McMahan et al., 2013)."""

    keras_class = "Ftrl"
    type: Literal["ftrl"] = "ftrl"
    """Which optimizer."""
    learning_rate_power: Annotated[float, Field(le=0.0)] = -0.5
    """How the rate falls; 0 keeps it."""
    initial_accumulator_value: NonNegativeFloat = 0.1
    """What the sums of squared gradients start from."""
    l1_regularization_strength: NonNegativeFloat = 0.0
    """L1 penalty on the weights."""
    l2_regularization_strength: NonNegativeFloat = 0.0
    """L2 penalty on the weights."""
    l2_shrinkage_regularization_strength: NonNegativeFloat = 0.0
    """L2 penalty on the gradient's size."""
    beta: NonNegativeFloat = 0.0
    """The beta of the paper."""


@OPTIMIZERS.register
class Lamb(_AdamFamily):
    """LAMB (You et al., 2020)."""

    keras_class = "Lamb"
    type: Literal["lamb"] = "lamb"
    """Which optimizer."""


@OPTIMIZERS.register
class Lion(Optimizer):
    """Lion (Chen et al., 2023)."""

    keras_class = "Lion"
    type: Literal["lion"] = "lion"
    """Which optimizer."""
    beta_1: Annotated[float, Field(gt=0.0, le=1.0)] = 0.9
    """Weight of the momentum in the update."""
    beta_2: Fraction = 0.99
    """Decay of the momentum."""


@OPTIMIZERS.register
class Nadam(_AdamFamily):
    """Adam with Nesterov momentum (Dozat, 2016)."""

    keras_class = "Nadam"
    type: Literal["nadam"] = "nadam"
    """Which optimizer."""


@OPTIMIZERS.register
class RMSprop(Optimizer):
    """RMSprop (Hinton, 2012)."""

    keras_class = "RMSprop"
    type: Literal["rmsprop"] = "rmsprop"
    """Which optimizer."""
    rho: Fraction = 0.9
    """Decay of the running mean of the squared gradient."""
    momentum: Annotated[float, Field(ge=0.0, le=1.0)] = 0.0
    """Momentum of the update."""
    epsilon: PositiveFloat = 1e-7
    """Keeps divisions finite."""
    centered: bool = False
    """Divide by an estimate of the variance instead of the second moment."""


@OPTIMIZERS.register
class Sgd(Optimizer):
    """Gradient descent, with momentum if wanted."""

    keras_class = "SGD"
    type: Literal["sgd"] = "sgd"
    """Which optimizer."""
    learning_rate: Rate = 0.01
    """Step size."""
    momentum: Annotated[float, Field(ge=0.0, le=1.0)] = 0.0
    """Momentum of the update."""
    nesterov: bool = False
    """Use Nesterov's momentum."""
