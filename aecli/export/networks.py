"""An autoencoder as networks that stand alone: encoder, decoder and both in one, their outputs by name."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import keras

from aecli.models.autoencoder import Autoencoder, both


def networks(network: Autoencoder) -> dict[str, keras.Model]:
    """The networks of an autoencoder, deterministic: where codes are drawn, they go by the mean code.

    Returns:
        `encoder`: sample → `code`, and by their own names whatever else the encoder puts out, such as the
            `z_log_var` of a Gaussian code.
        `decoder`: code → `reconstruction`.
        `autoencoder`: sample → `reconstruction`.
    """
    encoder, decoder = network.encoder, network.decoder
    code, label = network.latent.mean(encoder.output), encoder.inputs[1] if network.classes else None
    others = {
        name: output
        for name, output in zip(encoder.output_names, encoder.outputs, strict=True)
        if output is not code
    }
    reconstruction = decoder(both(code, label))
    return {
        "encoder": keras.Model(encoder.input, {"code": code, **others}, name="encoder"),
        "decoder": keras.Model(decoder.input, {"reconstruction": decoder.output}, name="decoder"),
        "autoencoder": keras.Model(encoder.input, {"reconstruction": reconstruction}, name="autoencoder"),
    }


def rebuilt(network: Autoencoder, new_layer: Callable[[Any], Any]) -> Autoencoder:
    """The same network, built anew.

    Args:
        network: The network; a layer of it may compute in a way that only this program knows.
        new_layer: A layer of it → a layer that does the same and takes its weights.
    """

    def copy(model: keras.Model) -> keras.Model:
        made = keras.models.clone_model(model, clone_function=new_layer)
        made.set_weights(model.get_weights())
        return made

    return replace(network, encoder=copy(network.encoder), decoder=copy(network.decoder))
