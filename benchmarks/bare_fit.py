"""The recipe `simple` in a bare script: the network is built and fitted for an epoch to a file's images.

Run as `python -m benchmarks.bare_fit FILE`.
"""

import sys

import numpy as np
from keras import Input, Sequential, layers, optimizers

with np.load(sys.argv[1]) as stored:
    train, test = (stored[name].reshape(-1, 784).astype("float32") / 255 for name in ("x_train", "x_test"))
model = Sequential([Input((784,)), layers.Dense(32, "relu"), layers.Dense(784, "sigmoid")])
model.compile(optimizer=optimizers.Adadelta(1.0), loss="binary_crossentropy")
model.fit(train, train, batch_size=256, validation_data=(test, test), verbose=0)
