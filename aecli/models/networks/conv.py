"""Convolutions with max pooling, mirrored by convolutions with upsampling (Masci et al., 2011)."""

from __future__ import annotations

from math import prod
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, PositiveInt

from aecli.core.lazy import lazy
from aecli.models.networks.network import NETWORKS, Activation, Network

layers, stacks = lazy("keras.layers"), lazy("aecli.models.layers")


@NETWORKS.register
class Conv(Network):
    """Convolutions and pooling down to a small stack of maps, convolutions and upsampling back."""

    takes: ClassVar[tuple[str, ...]] = ("images",)

    type: Literal["conv"] = "conv"
    """Which network."""

    filters: Annotated[tuple[PositiveInt, ...], Field(min_length=1, max_length=8)] = (16, 8, 8)
    """Channels of each convolution of the encoder, each followed by 2×2 pooling; the decoder mirrors them.
    The features are the last pooled stack of maps."""

    kernel_size: Annotated[int, Field(ge=1, le=15)] = 3
    """Height and width of each convolution's kernel, in pixels."""

    hidden: tuple[PositiveInt, ...] = ()
    """Sizes of dense layers between the maps and the latent; the decoder mirrors them. None by default."""

    activation: Activation = "relu"
    """What follows each convolution and each dense layer."""

    def encode(self, sample: Any, label: Any | None) -> Any:
        """Image → (Conv, MaxPool 2) … → maps, or → Dense … where there are hidden layers."""
        maps = stacks.conv_stack(sample, label, self.filters, self.kernel_size, self.activation)
        return stacks.dense_stack(stacks.flat(maps), self.hidden, self.activation) if self.hidden else maps

    def decode(self, latent: Any, label: Any | None, sample_shape: tuple[int, ...]) -> Any:
        """Latent → (Dense … →) maps → (Conv, Up 2) … → Conv."""
        sizes = stacks.map_sizes(sample_shape, len(self.filters))
        if not self.hidden and len(latent.shape) == 4 and latent.shape[1:3] == sizes[-1]:
            maps = stacks.with_label(latent, label)
        else:
            shape = (*sizes[-1], self.filters[-1])
            vector = stacks.with_label(stacks.flat(latent), label)
            maps = layers.Reshape(shape)(
                stacks.dense_stack(vector, (*self.hidden[::-1], prod(shape)), self.activation)
            )
        return stacks.conv_decoder(
            maps, self.filters[::-1], self.kernel_size, self.activation, sizes, sample_shape, self.output
        )
