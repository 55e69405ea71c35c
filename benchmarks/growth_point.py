"""The recipe `simple` at one size of batch, data and code; its images are the digits, again and again.

Run as `python -m benchmarks.growth_point BATCH IMAGES CODE`.
"""

import logging
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from aecli.core import backend, log
from benchmarks.clock import Clock
from benchmarks.ours import Ticks

EPOCHS = 4


def write_images(path: Path, count: int) -> None:
    """As many training images as are asked for, as bytes, and the test images."""
    import numpy as np

    from aecli.data.sources.mnist import Mnist

    raw = Mnist().read()
    train, test = np.asarray(raw.train.samples), np.asarray(raw.test.samples)
    rows = np.arange(count) % len(train)
    np.savez(path, x_train=train[rows], x_test=test)


def main(batch: int, count: int, code: int) -> None:
    """Trains a few epochs, and prints what the clock reports."""
    backend.load()
    from aecli.config.load import load_config
    from aecli.config.overrides import Override
    from aecli.config.recipes import find_config
    from aecli.experiment.train import train
    from aecli.training import progress
    from aecli.training.history import History

    log.start(quiet=True)
    clock = Clock()
    logging.getLogger(progress.__name__).addHandler(Ticks(clock))
    with TemporaryDirectory() as name:
        images = Path(name) / "images.npz"
        write_images(images, count)
        settings = {
            ("data",): {"name": "npz", "path": str(images)},
            ("training", "batch_size"): batch,
            ("training", "epochs"): EPOCHS,
            ("training", "execution", "compile"): True,
            ("model", "latent", "dim"): code,
        }
        overrides = [Override(path, value, "benchmark") for path, value in settings.items()]
        folder = train(
            load_config(find_config("simple"), overrides).config, "growth", Path(name), "benchmark"
        )
        print(clock.report(History.read_csv(folder.metrics).monitored_losses[-1]))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
