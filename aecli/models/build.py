"""From a model's options to its network; what can't be is known from shapes, before anything is allocated."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from typing import Any

import keras

from aecli.core.errors import AecliError, ConfigError
from aecli.core.memory import available
from aecli.models.autoencoder import Autoencoder, both
from aecli.models.networks.network import Network

FLOAT = 4
"""Bytes of a number."""

TRAINED_COPIES = 5
"""Of each weight, while it is trained: itself, its gradient, what an optimizer keeps, and a checkpoint's copy."""

ACTIVATION_COPIES = 3
"""Of what lies between layers, while a batch is trained on: forward, backward, and what an operation works in."""


class _TooLarge(Exception):
    """The weights so far take more memory than there is."""


def build(
    model: Network,
    sample_shape: tuple[int, ...],
    classes: int = 0,
    batch_size: int = 1,
    trained: bool = False,
) -> Autoencoder:
    """Builds a model's network with fresh weights.

    Args:
        model: The network with its options.
        sample_shape: The shape of one sample.
        classes: How many labels there are; it matters where the model has a condition.
        batch_size: Samples that will go through it at a time.
        trained: Whether it will be trained, which takes several times as much memory.

    Raises:
        ConfigError: The network can't take such samples, or the machine can't hold such a network.
    """
    left = available()
    of_weights, of_numbers = (TRAINED_COPIES, ACTIVATION_COPIES) if trained else (1, 1)
    try:
        with _weights_within(left // (FLOAT * of_weights)) as counted:
            network = assemble(model, sample_shape, classes)
        between = sum(prod(output) for output in _outputs(network))
        needed = FLOAT * (of_weights * sum(counted) + of_numbers * batch_size * between)
        if needed > left:
            raise _TooLarge
    except _TooLarge as error:
        least = FLOAT * of_weights * sum(counted)
        raise ConfigError(
            f"model: at least {sum(counted):,} weights for samples of shape {sample_shape}, and batches of "
            f"{batch_size}: that takes more than {max(least, left) / 2**30:,.1f} GiB, and {left / 2**30:,.1f} GiB of "
            f"memory are left. Lower {_sizes(model)}{', or training.batch_size' if trained else ''}"
        ) from error
    except AecliError:
        raise
    except Exception as error:
        said = str(error).strip().splitlines()
        reason = f"{type(error).__name__}{': ' + said[0] if said else ''}"
        raise ConfigError(
            f"model: can't be built for samples of shape {sample_shape} ({reason}). Look at {_sizes(model)}"
        ) from error
    return network


def assemble(model: Network, sample_shape: tuple[int, ...], classes: int = 0) -> Autoencoder:
    """Puts encoder, latent and decoder together; see `build`, which looks at their size and says what is wrong."""
    told = model.condition is not None

    def inputs(name: str, shape: tuple[int, ...]) -> tuple[Any, Any]:
        numbers = keras.Input(shape, name=name)
        return numbers, keras.Input((classes,), name="label") if told else None

    sample, label = inputs("image", sample_shape)
    head = model.latent.head(model.encode(sample, label))
    encoder = keras.Model(both(sample, label), head.encoded, name="encoder")
    latent, label = inputs("code", tuple(model.latent.mean(head.encoded).shape[1:]))
    decoder = keras.Model(both(latent, label), model.decode(latent, label, sample_shape), name="decoder")
    return Autoencoder(encoder, decoder, model.latent, head)


@contextmanager
def _weights_within(most: int) -> Iterator[list[int]]:
    """Counts the weights of layers as they are made; one that would be too many is known by its shape alone.

    Yields:
        The size of each weight, the last of which wasn't made if they are too many.
    """
    counted: list[int] = []
    add_weight = keras.layers.Layer.add_weight

    def counting(self: keras.layers.Layer, shape: Any = None, *args: Any, **options: Any) -> Any:
        counted.append(prod(shape or ()))
        if sum(counted) > most:
            raise _TooLarge
        return add_weight(self, shape, *args, **options)

    keras.layers.Layer.add_weight = counting
    try:
        yield counted
    finally:
        keras.layers.Layer.add_weight = add_weight


def _sizes(model: Network) -> str:
    """The options of a model that say how large it is."""
    plain = model.model_dump(mode="json")
    sized = [
        f"{section}.{name}"
        for section, options in (("model", plain), ("model.latent", plain["latent"]))
        for name, value in options.items()
        if type(value) is int
        or (isinstance(value, list) and value and all(type(each) is int for each in value))
    ]
    return ", ".join(sized) or "model"


def _outputs(network: Autoencoder) -> Iterator[tuple[int, ...]]:
    """The shapes of what the layers put out, without the batch."""
    for model in (network.encoder, network.decoder):
        for layer in model.layers:
            outputs = layer.output if isinstance(layer.output, list | tuple) else [layer.output]
            yield from (tuple(output.shape[1:]) for output in outputs)
