"""The simple autoencoder at one size of batch, data and code, in aecli's loop.

Run as `python -m benchmarks.growth_point BATCH IMAGES CODE`; images are the digits, again and again.
"""

import json
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aecli.core import backend
from benchmarks.memory import peak_mib

EPOCHS = 4


def main(batch: int, count: int, code: int) -> None:
    """Trains a few epochs; prints the median time of all but the first, and the peak memory, as JSON."""
    backend.load()
    import keras
    import numpy as np

    from aecli.data.examples import Examples
    from aecli.models.build import build
    from aecli.models.cost import multiply_adds
    from aecli.models.latents.plain import Plain
    from aecli.models.networks.dense import Dense
    from aecli.objectives.reconstruction import Reconstruction
    from aecli.training.background import Background
    from aecli.training.execution import resolve
    from aecli.training.fit import compile_trainer, fit
    from aecli.training.history import History
    from aecli.training.optimizers import Adadelta
    from aecli.training.options import TrainingOptions
    from aecli.training.trainer import Trainer
    from benchmarks.digits import digits

    train, test = digits()
    images = np.resize(train, (count, *train.shape[1:]))
    del train
    network = build(Dense(latent=Plain(dim=code, activation="relu")), (28, 28))
    options = TrainingOptions(epochs=EPOCHS, batch_size=batch, optimizer=Adadelta(learning_rate=1.0))
    execution = resolve(options.model_copy(update={"epochs": 50}), count, multiply_adds(network), True)
    examples, held_out = Examples(images, images), Examples(test, test)
    trainer = Trainer(Reconstruction().train(network, count), examples, held_out, batch, None, None, 0)
    compile_trainer(trainer, options, execution)

    class Clock(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            times.append(time.perf_counter())

    times: list[float] = []
    with TemporaryDirectory() as folder, Background() as background:
        fit(
            trainer,
            options,
            execution,
            History(),
            monitored="test",
            csv_path=Path(folder, "metrics.csv"),
            checkpoints=Path(folder),
            background=background,
            save_best=lambda _: None,
            check_signals=lambda: None,
            observers=[Clock()],
        )
    times.append(time.perf_counter())
    seconds = statistics.median(np.diff(times)[1:].tolist())
    print(json.dumps({"seconds": seconds, "mib": peak_mib()}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
