"""A recipe by aecli itself, as `aecli train` runs it: checkpoints, TensorBoard and all.

Run as `python -m benchmarks.ours RECIPE EPOCHS [PRECISION]`.
"""

import json
import logging
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from aecli.core import backend, log
from benchmarks.memory import peak_mib


class Clock(logging.Handler):
    """Takes the time whenever the line of an epoch is due.

    From one line to the next is all that an epoch costs, checkpoint, CSV and TensorBoard included; the
    history's own seconds leave those out.
    """

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.times = [time.perf_counter()]

    def emit(self, record: logging.LogRecord) -> None:
        """Takes the time."""
        self.times.append(time.perf_counter())

    @property
    def seconds(self) -> list[float]:
        """Of each epoch; the first one's hold all that comes before."""
        return [end - begun for begun, end in pairwise(self.times)]


def main(recipe: str, epochs: int, precision: str = "float32") -> None:
    """Trains and prints seconds by epoch and the last monitored loss as JSON."""
    backend.load()
    from aecli.config.load import load_config
    from aecli.config.overrides import Override
    from aecli.config.recipes import find_config
    from aecli.experiment import train as experiment
    from aecli.experiment.prepare import prepare_experiment
    from aecli.training import progress
    from aecli.training.history import History

    log.start(quiet=True)
    clock = Clock()
    logging.getLogger(progress.__name__).addHandler(clock)
    # How the loop is executed is what the recipe's own number of epochs would choose, not these few.
    overrides = [Override(("training", "precision"), precision, "benchmark")]
    whole = prepare_experiment(load_config(find_config(recipe), overrides).config)
    overrides += [
        Override(("training", "epochs"), epochs, "benchmark"),
        Override(("training", "execution"), whole.config.training.execution.model_dump(), "benchmark"),
    ]
    config = load_config(find_config(recipe), overrides).config
    del whole
    with tempfile.TemporaryDirectory() as runs:
        folder = experiment.train(config, recipe, Path(runs), "benchmark")
        history = History.read_csv(folder.metrics)
    print(json.dumps({"seconds": clock.seconds, "loss": history.monitored_losses[-1], "mib": peak_mib()}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
