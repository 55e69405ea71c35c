"""Dense autoencoder: fully connected encoder and decoder (Hinton & Salakhutdinov, 2006)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import NonNegativeFloat, PositiveInt

from aecli.models.spec import MODELS, ModelSpec

if TYPE_CHECKING:
    from aecli.models.network.autoencoder import Autoencoder


@MODELS.register
class Dense(ModelSpec):
    """Fully connected encoder and decoder: simple, deep or, with an L1 penalty on the code, sparse."""

    type: Literal["dense"] = "dense"
    """Which family."""

    hidden: tuple[PositiveInt, ...] = ()
    """Sizes of the hidden layers between sample and code, ReLU; the decoder mirrors them. None by default."""

    latent_dim: PositiveInt = 32
    """How many numbers the code has; its layer is a ReLU, so they are not negative."""

    activity_l1: NonNegativeFloat = 0.0
    """Factor of the L1 penalty on the code: above 0 (the post: 1e-4) most of a code's numbers become 0."""

    def build(self, sample_shape: tuple[int, ...]) -> Autoencoder:
        """Sample → Dense relu … → code → Dense relu … → Dense sigmoid, as in the post."""
        import keras
        from keras import layers

        from aecli.models.network.autoencoder import Autoencoder
        from aecli.models.network.code import PlainCode
        from aecli.models.network.layers import dense_decoder, dense_stack

        image = keras.Input(sample_shape, name="image")
        hidden = dense_stack(layers.Flatten()(image), self.hidden)
        code = layers.Dense(self.latent_dim, activation="relu")(hidden)
        encoder = keras.Model(image, code, name="encoder")
        decoder = dense_decoder(self.latent_dim, self.hidden[::-1], sample_shape, self.output)
        return Autoencoder(encoder, decoder, PlainCode(self.activity_l1))
