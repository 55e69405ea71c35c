"""A recipe by aecli itself, as `aecli train` runs it: checkpoints, TensorBoard and all.

Run as `python -m benchmarks.ours RECIPE EPOCHS`.
"""

import json
import sys
import tempfile
from pathlib import Path

from aecli import backend


def main(recipe: str, epochs: int) -> None:
    """Trains and prints seconds by epoch and the last validation loss as JSON."""
    backend.load()
    from aecli import experiment
    from aecli.config import Override, load_config
    from aecli.config.recipes import find_config
    from aecli.messages import Messages
    from aecli.training.history import History

    messages = Messages(quiet=True)
    # How the loop is executed is what the recipe's own number of epochs would choose, not these few.
    whole = experiment.prepare_experiment(load_config(find_config(recipe)).config, messages)
    overrides = [
        Override(("training", "epochs"), epochs, "benchmark"),
        Override(("training", "execution"), whole.config.training.execution.model_dump(), "benchmark"),
    ]
    config = load_config(find_config(recipe), overrides).config
    del whole
    with tempfile.TemporaryDirectory() as runs:
        folder = experiment.train(config, recipe, Path(runs), "benchmark", messages)
        history = History.read_csv(folder.metrics)
    print(json.dumps({"seconds": history.column("seconds"), "loss": history[-1]["val_total"]}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
