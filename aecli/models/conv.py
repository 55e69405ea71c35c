"""Convolutional autoencoder: convolutions with max pooling, mirrored by convolutions with upsampling.

The denoising autoencoder of the post is this family with other filters, on corrupted images.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, NonNegativeFloat, PositiveInt

from aecli.models.spec import MODELS, ModelSpec

if TYPE_CHECKING:
    from aecli.models.network.autoencoder import Autoencoder


@MODELS.register
class Conv(ModelSpec):
    """Convolutions and pooling down to a small stack of maps, convolutions and upsampling back."""

    type: Literal["conv"] = "conv"
    """Which family."""

    filters: Annotated[tuple[PositiveInt, ...], Field(min_length=1, max_length=8)] = (16, 8, 8)
    """Channels of each convolution of the encoder, each followed by 2×2 pooling; the decoder mirrors them.
    The code is the last pooled stack of maps."""

    kernel_size: Annotated[int, Field(ge=1, le=15)] = 3
    """Height and width of each convolution's kernel, in pixels."""

    activity_l1: NonNegativeFloat = 0.0
    """Factor of the L1 penalty on the code."""

    def build(self, image_shape: tuple[int, ...]) -> Autoencoder:
        """Image → (Conv relu, MaxPool 2) … → code → (Conv relu, Up 2) … → Conv sigmoid, as in the post."""
        import keras
        from keras import layers

        from aecli.models.network.autoencoder import Autoencoder
        from aecli.models.network.code import PlainCode

        height, width, *rest = image_shape
        channels = rest[0] if rest else 1
        image = keras.Input(image_shape, name="image")
        maps = layers.Reshape((height, width, channels))(image)
        sizes = [(height, width)]
        for filters in self.filters:
            maps = layers.Conv2D(filters, self.kernel_size, activation="relu", padding="same")(maps)
            maps = layers.MaxPooling2D(2, padding="same")(maps)
            sizes.append(tuple(maps.shape[1:3]))
        encoder = keras.Model(image, maps, name="encoder")
        decoder = self._decoder(encoder.output_shape[1:], sizes, channels, image_shape)
        return Autoencoder(encoder, decoder, PlainCode(self.activity_l1))

    def _decoder(
        self,
        code_shape: tuple[int, ...],
        sizes: list[tuple[int, int]],
        channels: int,
        image_shape: tuple[int, ...],
    ) -> Any:
        """Mirrors the encoder, whose maps had these sizes from the image down to the code."""
        import keras
        from keras import layers

        from aecli.models.network.layers import sigmoid_pixels

        code = keras.Input(code_shape, name="code")
        maps = code
        for filters, wanted in zip(reversed(self.filters), reversed(sizes[1:]), strict=True):
            # Pooling rounds odd sizes up, so that upsampling overshoots: 28 → 14 → 7 → 4 → 8 → 16. Where
            # an unpadded convolution trims the maps to just what the encoder had, it does (16 → 14).
            trimmed = tuple(size - self.kernel_size + 1 for size in maps.shape[1:3])
            padding = "valid" if trimmed == wanted and self.kernel_size > 1 else "same"
            maps = layers.Conv2D(filters, self.kernel_size, activation="relu", padding=padding)(maps)
            maps = layers.UpSampling2D(2)(maps)
        excess = [have - want for have, want in zip(maps.shape[1:3], sizes[0], strict=True)]
        if any(excess):
            maps = layers.Cropping2D([(cut // 2, cut - cut // 2) for cut in excess])(maps)
        logits = layers.Conv2D(channels, self.kernel_size, padding="same")(maps)
        return keras.Model(code, sigmoid_pixels(logits, image_shape), name="decoder")
