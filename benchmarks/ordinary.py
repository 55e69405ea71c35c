"""The recipes' networks the way a user of Keras would write them, and trained by `model.fit`.

Run as `python -m benchmarks.ordinary RECIPE EPOCHS SAMPLES`; KERAS_BACKEND chooses what computes.
"""

import sys
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from benchmarks.clock import Clock
from benchmarks.digits import digits


def dense(hidden: tuple[int, ...], l1: float = 0.0) -> keras.Model:
    """784 → hidden → 32 → hidden → 784."""
    penalty = keras.regularizers.L1(l1) if l1 else None
    network = [keras.Input((784,))]
    network += [layers.Dense(units, activation="relu") for units in hidden]
    network += [layers.Dense(32, activation="relu", activity_regularizer=penalty)]
    network += [layers.Dense(units, activation="relu") for units in reversed(hidden)]
    return keras.Sequential([*network, layers.Dense(784, activation="sigmoid")])


def conv() -> keras.Model:
    """The post's convolutional autoencoder."""
    network: list[Any] = [keras.Input((28, 28, 1))]
    for filters in (16, 8, 8):
        network += [layers.Conv2D(filters, 3, activation="relu", padding="same")]
        network += [layers.MaxPooling2D(2, padding="same")]
    for filters, padding in ((8, "same"), (8, "same"), (16, "valid")):
        network += [layers.Conv2D(filters, 3, activation="relu", padding=padding), layers.UpSampling2D(2)]
    return keras.Sequential([*network, layers.Conv2D(1, 3, activation="sigmoid", padding="same")])


def denoising() -> keras.Model:
    """The post's denoising autoencoder."""
    network: list[Any] = [keras.Input((28, 28, 1))]
    for _ in range(2):
        network += [layers.Conv2D(32, 3, activation="relu", padding="same")]
        network += [layers.MaxPooling2D(2, padding="same")]
    for _ in range(2):
        network += [layers.Conv2D(32, 3, activation="relu", padding="same"), layers.UpSampling2D(2)]
    return keras.Sequential([*network, layers.Conv2D(1, 3, activation="sigmoid", padding="same")])


def seq2seq() -> keras.Model:
    """LSTM → code → LSTM on the rows of a digit."""
    return keras.Sequential(
        [
            keras.Input((28, 28)),
            layers.LSTM(32),
            layers.RepeatVector(28),
            layers.LSTM(128, return_sequences=True),
            layers.Dense(28, activation="sigmoid"),
        ]
    )


class Draw(layers.Layer):
    """Draws a code and adds its KL divergence to the loss."""

    def __init__(self) -> None:
        super().__init__()
        self.seeds = keras.random.SeedGenerator(0)

    def call(self, parameters: Any) -> Any:
        """[z_mean, z_log_var] → z."""
        mean, log_var = parameters
        kl = 0.5 * ops.sum(ops.square(mean) + ops.exp(log_var) - 1.0 - log_var, axis=-1)
        self.add_loss(ops.mean(kl))
        return mean + ops.exp(0.5 * log_var) * keras.random.normal(ops.shape(mean), seed=self.seeds)


def vae() -> keras.Model:
    """784 → 256 → a 2-D Gaussian code → 256 → 784."""
    image = keras.Input((784,))
    hidden = layers.Dense(256, activation="relu")(image)
    code = Draw()([layers.Dense(2)(hidden), layers.Dense(2)(hidden)])
    hidden = layers.Dense(256, activation="relu")(code)
    return keras.Model(image, layers.Dense(784, activation="sigmoid")(hidden))


def summed_crossentropy(target: Any, output: Any) -> Any:
    """Nats per image."""
    return 784.0 * keras.losses.binary_crossentropy(target, output)


NETWORKS: dict[str, Any] = {
    "simple": lambda: dense(()),
    "sparse": lambda: dense((), 1e-4),
    "deep": lambda: dense((128, 64)),
    "conv": conv,
    "denoising": denoising,
    "seq2seq": seq2seq,
    "vae": vae,
}


class Ticks(keras.callbacks.Callback):
    """Takes the time at the end of each epoch, validation included."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.loss = 0.0

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Takes the time."""
        self.clock.tick()
        self.loss = float(logs["val_loss"])


def main(recipe: str, epochs: int, samples: int) -> None:
    """Trains, and prints what the clock reports."""
    network = NETWORKS[recipe]()
    train, test = (images.reshape(-1, *network.input_shape[1:]) for images in digits(samples))
    if recipe == "denoising":
        random = np.random.default_rng(0)
        noisy = [np.clip(x + 0.5 * random.standard_normal(x.shape, np.float32), 0, 1) for x in (train, test)]
    else:
        noisy = [train, test]
    optimizer: Any = keras.optimizers.Adadelta(1.0)
    if recipe == "vae":
        optimizer = keras.optimizers.RMSprop(1e-3)
    elif recipe == "seq2seq":
        optimizer = keras.optimizers.Adam(3e-3, clipnorm=1.0)
    network.compile(
        optimizer=optimizer, loss=summed_crossentropy if recipe == "vae" else "binary_crossentropy"
    )
    ticks = Ticks(Clock())
    network.fit(
        noisy[0],
        train,
        batch_size=128 if recipe in ("conv", "denoising") else 256,
        epochs=epochs,
        validation_data=(noisy[1], test),
        callbacks=[ticks],
        verbose=0,
    )
    print(ticks.clock.report(ticks.loss))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
