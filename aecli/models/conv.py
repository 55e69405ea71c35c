"""Convolutional autoencoder: convolutions with max pooling, mirrored by convolutions with upsampling.

The denoising autoencoder of the post is this family with other filters, on corrupted images.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, NonNegativeFloat, PositiveInt

from aecli.models.spec import MODELS, ModelSpec

if TYPE_CHECKING:
    from aecli.models.network.autoencoder import Autoencoder


@MODELS.register
class Conv(ModelSpec):
    """Convolutions and pooling down to a small stack of maps, convolutions and upsampling back."""

    takes: ClassVar[tuple[str, ...]] = ("images",)

    type: Literal["conv"] = "conv"
    """Which family."""

    filters: Annotated[tuple[PositiveInt, ...], Field(min_length=1, max_length=8)] = (16, 8, 8)
    """Channels of each convolution of the encoder, each followed by 2×2 pooling; the decoder mirrors them.
    The code is the last pooled stack of maps."""

    kernel_size: Annotated[int, Field(ge=1, le=15)] = 3
    """Height and width of each convolution's kernel, in pixels."""

    activity_l1: NonNegativeFloat = 0.0
    """Factor of the L1 penalty on the code."""

    def build(self, sample_shape: tuple[int, ...]) -> Autoencoder:
        """Image → (Conv relu, MaxPool 2) … → code → (Conv relu, Up 2) … → Conv sigmoid, as in the post."""
        import keras

        from aecli.models.network.autoencoder import Autoencoder
        from aecli.models.network.code import PlainCode
        from aecli.models.network.layers import conv_decoder, conv_stack

        image = keras.Input(sample_shape, name="image")
        maps, sizes = conv_stack(image, self.filters, self.kernel_size)
        encoder = keras.Model(image, maps, name="encoder")
        code = keras.Input(encoder.output_shape[1:], name="code")
        pixels = conv_decoder(code, self.filters[::-1], self.kernel_size, sizes, sample_shape, self.output)
        decoder = keras.Model(code, pixels, name="decoder")
        return Autoencoder(encoder, decoder, PlainCode(self.activity_l1))
