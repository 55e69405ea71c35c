"""What a smoke run costs beside a bare script that imports TensorFlow and fits the same model once."""

import os
import resource
import subprocess
import sys
import tempfile

ROUNDS = 5
BARE = """
import numpy as np
from keras import Input, Sequential, layers, optimizers
x = np.load("{data}")["x_train"][:512].reshape(512, 784).astype("float32") / 255
model = Sequential([Input((784,)), layers.Dense(32, "relu"), layers.Dense(784, "sigmoid")])
model.compile(optimizer=optimizers.Adadelta(1.0), loss="binary_crossentropy")
model.fit(x, x, batch_size=256, validation_data=(x, x), verbose=0)
"""


def cpu_seconds(command: list[str]) -> float:
    """Processor time, of user and system, that a command takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    subprocess.run(command, env=environment, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def measure() -> list[tuple[float, float]]:
    """CPU seconds of ours and of the bare script, a pair a round, in turn."""
    data = os.path.join(os.environ["AECLI_DATA_DIR"], "mnist.npz")  # noqa: PTH118
    pairs = []
    with tempfile.TemporaryDirectory() as runs:
        ours = [sys.executable, "-m", "aecli", "train", "simple", "--epochs", "1", "--limit", "512"]
        ours += ["--runs-dir", runs, "--quiet"]
        bare = [sys.executable, "-c", BARE.format(data=data)]
        for command in (ours, bare):  # from disk into memory
            cpu_seconds(command)
        for _ in range(ROUNDS):
            pairs.append((cpu_seconds(ours), cpu_seconds(bare)))
            print(f"smoke run {pairs[-1][0]:.2f} s, bare script {pairs[-1][1]:.2f} s of CPU", flush=True)
    return pairs
