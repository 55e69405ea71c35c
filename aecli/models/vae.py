"""Variational autoencoder with dense layers (Kingma & Welling, 2014; Rezende et al., 2014).

It departs from the post's in three places where the post is wrong: `z_log_var` is a log-variance in the
draw as in the KL divergence; the reconstruction is summed over the pixels as the KL is over the latent
dimensions, so that the loss is the negative ELBO in nats per image (the post averages over 784 pixels
but over 2 dimensions, which weights the KL 392 times too high); and the manifold covers the prior.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import NonNegativeFloat, PositiveInt

from aecli.models.spec import MODELS, ModelSpec

if TYPE_CHECKING:
    from aecli.models.network.autoencoder import Autoencoder


@MODELS.register
class Vae(ModelSpec):
    """Variational autoencoder with dense encoder and decoder, trained on the negative ELBO."""

    type: Literal["vae"] = "vae"
    """Which family."""

    hidden: tuple[PositiveInt, ...] = (256,)
    """Sizes of the hidden layers between sample and code, ReLU; the decoder mirrors them."""

    latent_dim: PositiveInt = 2
    """Dimensions of the code; with 2 its plane can be drawn."""

    beta: NonNegativeFloat = 1.0
    """Factor of the KL divergence (Higgins et al., 2017); 1 gives the negative ELBO."""

    def build(self, sample_shape: tuple[int, ...]) -> Autoencoder:
        """Sample → Dense relu … → z_mean, z_log_var; code → Dense relu … → Dense sigmoid."""
        import keras
        from keras import layers

        from aecli.models.network.autoencoder import Autoencoder
        from aecli.models.network.code import GaussianCode
        from aecli.models.network.layers import dense_decoder, dense_stack, gaussian_head

        image = keras.Input(sample_shape, name="image")
        hidden = dense_stack(layers.Flatten()(image), self.hidden)
        encoder = keras.Model(image, gaussian_head(hidden, self.latent_dim), name="encoder")
        decoder = dense_decoder(self.latent_dim, self.hidden[::-1], sample_shape, self.output)
        return Autoencoder(encoder, decoder, GaussianCode(self.beta), reconstruction="sum")
