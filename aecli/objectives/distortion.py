"""How far an output is from its target, in one number a sample: errors, likelihoods, SSIM."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import log, pi, prod
from typing import Any, Literal

from aecli.core.lazy import lazy

keras, ops, tf = lazy("keras"), lazy("keras.ops"), lazy("tensorflow")

Error = Literal["binary_crossentropy", "mse", "mae", "huber", "ssim"]
"""An error, the mean over a sample's numbers; its name in a config."""

Likelihood = Literal["bernoulli", "gaussian"]
"""A distribution of each number around the output; its negative logarithm is summed over a sample's numbers."""

HUBER = 0.1
"""Where the Huber loss turns from squares to absolute values; data in [0, 1] has few errors above."""

PACE = 10.0
"""Times as fast as a weight the logarithm of a standard deviation is learned: it is one number and has far to go, where
a network has thousands that move together."""

NOUNS = {"images": "image", "sequences": "sequence", "rows": "row"}
"""What a sample is called, by the kind of data."""


def _cross_entropy(target: Any, output: Any) -> Any:
    return ops.binary_crossentropy(target, output)


def _square(target: Any, output: Any) -> Any:
    return ops.square(target - output)


def _absolute(target: Any, output: Any) -> Any:
    return ops.abs(target - output)


def _huber(target: Any, output: Any) -> Any:
    """Squares of small errors, absolute values of large ones, both as steep where they meet."""
    error = ops.abs(target - output)
    return ops.where(error < HUBER, ops.square(error) / (2 * HUBER), error - HUBER / 2)


_NUMBERWISE: dict[str, Callable[[Any, Any], Any]] = {
    "binary_crossentropy": _cross_entropy,
    "bernoulli": _cross_entropy,
    "mse": _square,
    "mae": _absolute,
    "huber": _huber,
    "gaussian": _square,
}
"""The loss of each number by its name: (target, output) → same shape."""

_AMOUNTS = {
    "binary_crossentropy": "nats",
    "mse": "squared error",
    "mae": "absolute error",
    "huber": "Huber loss",
}


@dataclass(frozen=True)
class Distortion:
    """A measure of how far outputs are from their targets.

    Attributes:
        name: An `Error` or a `Likelihood`.
        width: Of the Gaussian likelihood, the logarithm of its standard deviation over `PACE`, a variable that is
            learned with the weights; None for all others.
    """

    name: str
    width: Any = None

    @classmethod
    def of(cls, name: str) -> Distortion:
        """The measure of that name, with fresh variables."""
        return cls(name, keras.Variable(0.0, name="width") if name == "gaussian" else None)

    @property
    def learned(self) -> dict[str, float]:
        """`sigma`, the standard deviation of the likelihood, where it is learned."""
        return {} if self.width is None else {"sigma": float(ops.exp(PACE * self.width))}

    def restore(self, learned: Mapping[str, float]) -> None:
        """Puts back what a training had learned."""
        if self.width is not None:
            self.width.assign(log(learned["sigma"]) / PACE)

    @property
    def is_likelihood(self) -> bool:
        """Whether it is minus the logarithm of a density, in nats a sample."""
        return self.name in ("bernoulli", "gaussian")

    def unit(self, kind: str) -> str:
        """Its unit, for tables, by the kind of data: `nats/pixel` is a BCE, `nats/image` the ELBO's."""
        if self.is_likelihood:
            return f"nats/{NOUNS[kind]}"
        if self.name == "ssim":
            return "1 − SSIM"
        return f"{_AMOUNTS[self.name]}/{'pixel' if kind == 'images' else 'number'}"

    def losses(self, targets: Any, outputs: Any, weights: Any = None, hidden: Any = None) -> Any:
        """The loss of each sample, (batch,).

        Args:
            targets: (batch, *sample_shape).
            outputs: What came out, of the same shape.
            weights: Of padded sequences, 1 for each real step and 0 for padding, (batch, steps): padding counts
                neither in a sum nor in a mean.
            hidden: 1 for the numbers that count alone, else 0, (batch, *sample_shape).
        """
        if self.name == "ssim":
            return 1.0 - _ssim(targets, outputs)
        if weights is None and hidden is None:
            targets, outputs = _in_rows(targets, outputs)
        numbers = _NUMBERWISE[self.name](targets, outputs)
        if self.width is not None:
            log_sigma = PACE * self.width
            numbers = 0.5 * (numbers * ops.exp(-2.0 * log_sigma) + log(2.0 * pi)) + log_sigma
        axes = tuple(range(1, len(numbers.shape)))
        if weights is None and hidden is None:
            return (ops.sum if self.is_likelihood else ops.mean)(numbers, axis=axes)
        if hidden is not None:
            counting = hidden if weights is None else hidden * _over(weights, numbers)
            return ops.sum(numbers * counting, axis=axes) / ops.maximum(ops.sum(counting, axis=axes), 1.0)
        of_steps = ops.sum(numbers, axis=axes[1:]) * weights
        if self.is_likelihood:
            return ops.sum(of_steps, axis=1)
        return ops.sum(of_steps, axis=1) / (ops.sum(weights, axis=1) * prod(numbers.shape[2:]))


def _ssim(targets: Any, outputs: Any) -> Any:
    """The structural similarity of images in [0, 1] (Wang et al., 2004), (batch,)."""
    images = [each if len(each.shape) == 4 else each[..., None] for each in (targets, outputs)]
    return tf.image.ssim(*images, max_val=1.0)


def _over(weights: Any, numbers: Any) -> Any:
    """Weights of steps as weights of numbers."""
    return ops.reshape(weights, (-1, numbers.shape[1], *(1 for _ in numbers.shape[2:])))


def _in_rows(targets: Any, outputs: Any) -> tuple[Any, Any]:
    """Both as (batch, numbers of a sample): XLA is a quarter faster over one long axis than over short ones.

    Keras computes the cross-entropy from the logits that it keeps on the output of a sigmoid, so these come
    along. Where it keeps none, all stays as it is.
    """
    logits = getattr(outputs, "_keras_logits", None)
    if logits is None:
        return targets, outputs
    shape = (-1, prod(outputs.shape[1:]))
    rows = ops.reshape(outputs, shape)
    rows._keras_logits = ops.reshape(logits, shape)
    return ops.reshape(targets, shape), rows
