"""Variational autoencoder with convolutions: those of `conv`, with a Gaussian code between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, NonNegativeFloat, PositiveInt

from aecli.models.spec import MODELS, ModelSpec

if TYPE_CHECKING:
    from aecli.models.network.autoencoder import Autoencoder


@MODELS.register
class ConvVae(ModelSpec):
    """Variational autoencoder with convolutional encoder and decoder, trained on the negative ELBO."""

    takes: ClassVar[tuple[str, ...]] = ("images",)

    type: Literal["conv_vae"] = "conv_vae"
    """Which family."""

    filters: Annotated[tuple[PositiveInt, ...], Field(min_length=1, max_length=8)] = (16, 32)
    """Channels of each convolution of the encoder, each followed by 2×2 pooling; the decoder mirrors them."""

    kernel_size: Annotated[int, Field(ge=1, le=15)] = 3
    """Height and width of each convolution's kernel, in pixels."""

    hidden: tuple[PositiveInt, ...] = (256,)
    """Sizes of the dense ReLU layers between the maps and the code; the decoder mirrors them."""

    latent_dim: PositiveInt = 20
    """Dimensions of the code."""

    beta: NonNegativeFloat = 1.0
    """Factor of the KL divergence (Higgins et al., 2017); 1 gives the negative ELBO."""

    def build(self, sample_shape: tuple[int, ...]) -> Autoencoder:
        """Image → (Conv relu, MaxPool 2) … → Dense relu … → z_mean, z_log_var; and back."""
        from math import prod

        import keras
        from keras import layers

        from aecli.models.network.autoencoder import Autoencoder
        from aecli.models.network.code import GaussianCode
        from aecli.models.network.layers import conv_decoder, conv_stack, dense_stack, gaussian_head

        image = keras.Input(sample_shape, name="image")
        maps, sizes = conv_stack(image, self.filters, self.kernel_size)
        hidden = dense_stack(layers.Flatten()(maps), self.hidden)
        encoder = keras.Model(image, gaussian_head(hidden, self.latent_dim), name="encoder")

        maps_shape = maps.shape[1:]
        code = keras.Input((self.latent_dim,), name="code")
        flat = dense_stack(code, (*self.hidden[::-1], prod(maps_shape)))
        unfolded = layers.Reshape(maps_shape)(flat)
        filters = self.filters[::-1]
        pixels = conv_decoder(unfolded, filters, self.kernel_size, sizes, sample_shape, self.output)
        decoder = keras.Model(code, pixels, name="decoder")
        return Autoencoder(encoder, decoder, GaussianCode(self.beta), reconstruction="sum")
