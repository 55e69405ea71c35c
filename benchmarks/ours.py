"""A recipe by aecli itself, as `aecli train` runs it: checkpoints, TensorBoard and all.

Run as `python -m benchmarks.ours RECIPE EPOCHS SAMPLES PRECISION`.
"""

import logging
import sys
import tempfile
from pathlib import Path

import aecli
from aecli.core import backend, log
from benchmarks.clock import Clock


class Ticks(logging.Handler):
    """Takes the time whenever the line of an epoch is due.

    From one line to the next is all that an epoch costs, checkpoint, CSV and TensorBoard included; the
    history's own seconds leave those out.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__(logging.INFO)
        self.clock = clock

    def emit(self, record: logging.LogRecord) -> None:
        """Takes the time."""
        self.clock.tick()


def main(recipe: str, epochs: int, samples: int, precision: str) -> None:
    """Trains, and prints what the clock reports, and which aecli it was."""
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
    logging.getLogger(progress.__name__).addHandler(Ticks(clock))
    overrides = [Override(("training", "precision"), precision, "benchmark")]
    # How the loop is executed is what the recipe's own epochs on all samples would choose, not these few.
    whole = prepare_experiment(load_config(find_config(recipe), overrides).config)
    overrides += [
        Override(("data", "limit"), samples, "benchmark"),
        Override(("training", "epochs"), epochs, "benchmark"),
        Override(("training", "execution"), whole.config.training.execution.model_dump(), "benchmark"),
    ]
    config = load_config(find_config(recipe), overrides).config
    del whole
    with tempfile.TemporaryDirectory() as runs:
        folder = experiment.train(config, recipe, Path(runs), "benchmark")
        history = History.read_csv(folder.metrics)
    place = Path(aecli.__file__).resolve().parent
    print(clock.report(history.monitored_losses[-1], aecli=str(place)))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
