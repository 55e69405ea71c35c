"""What a sample costs: reconstruction, penalties on its code, and their total."""

from collections.abc import Callable
from math import prod
from typing import Any, Literal

from keras import ops

from aecli.models.network.autoencoder import Autoencoder

PIXEL_LOSSES: dict[str, Callable[[Any, Any], Any]] = {
    "binary_crossentropy": ops.binary_crossentropy,
    "mse": lambda target, output: ops.square(target - output),
}
"""Loss of each pixel, by the name that `training.loss` gives: (target, output) → same shape."""


def part_names(network: Autoencoder) -> list[str]:
    """What the loss is made of, in the order in which it is logged: reconstruction, penalties, total."""
    return ["reconstruction", *network.code.penalty_weights, "total"]


def loss_parts(
    network: Autoencoder,
    loss: str,
    inputs: Any,
    targets: Any,
    seed: Any,
    *,
    training: bool,
    weights: Any = None,
) -> dict[str, Any]:
    """The loss of each sample, in parts that add up.

    Args:
        network: The autoencoder.
        loss: A name in `PIXEL_LOSSES`.
        inputs: What goes in, (batch, *sample_shape); corrupted where there is a corruption.
        targets: What should come out, of the same shape.
        seed: Two whole numbers that decide what a sampling code draws.
        training: Whether layers behave as in training.
        weights: Of padded sequences, 1 for each real step and 0 for padding, (batch, steps); else None.

    Returns:
        Tensors of shape (batch,) by the names of `part_names`; `total` is the reconstruction plus each
        penalty times its factor.
    """
    encoded = network.encoder(inputs, training=training)
    outputs = network.decoder(network.code.draw(encoded, seed), training=training)
    if weights is None:
        targets, outputs = _in_rows(targets, outputs)
    pixels = PIXEL_LOSSES[loss](targets, outputs)
    parts = {"reconstruction": image_losses(pixels, network.reconstruction, weights)}
    parts |= network.code.penalties(encoded)
    factors = network.code.penalty_weights
    parts["total"] = parts["reconstruction"] + sum(factors[name] * parts[name] for name in factors)
    return parts


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


def image_losses(pixels: Any, reconstruction: Literal["mean", "sum"], weights: Any = None) -> Any:
    """The losses of pixels → the loss of each sample, their mean or their sum, (batch,).

    Args:
        pixels: (batch, *sample_shape).
        reconstruction: Which of the two.
        weights: As for `loss_parts`; what is padding counts neither in a sum nor in a mean.
    """
    axes = tuple(range(1, len(pixels.shape)))
    if weights is None:
        return (ops.mean if reconstruction == "mean" else ops.sum)(pixels, axis=axes)
    of_steps = ops.sum(pixels, axis=axes[1:]) * weights
    if reconstruction == "sum":
        return ops.sum(of_steps, axis=1)
    return ops.sum(of_steps, axis=1) / (ops.sum(weights, axis=1) * prod(pixels.shape[2:]))


NOUNS = {"images": "image", "sequences": "sequence", "rows": "row"}
"""What a sample is called, by the kind of data."""


def unit(loss: str, reconstruction: Literal["mean", "sum"], kind: str = "images") -> str:
    """The unit of a reconstruction loss, for tables: `nats/pixel` is a BCE, `nats/image` the ELBO's."""
    amount = {"binary_crossentropy": "nats", "mse": "squared error"}[loss]
    part = "pixel" if kind == "images" else "number"
    return f"{amount}/{part if reconstruction == 'mean' else NOUNS[kind]}"
