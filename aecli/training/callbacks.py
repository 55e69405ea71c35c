"""What happens around an epoch, as Keras callbacks: one job each, in the order of `fit`'s list."""

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras

from aecli.core.errors import RunFailed
from aecli.core.files import write_bytes
from aecli.training.background import Background
from aecli.training.checkpoint import save_state, state_of
from aecli.training.history import History
from aecli.training.options import EarlyStopping, TrainingOptions


class BeginEpoch(keras.callbacks.Callback):
    """Sets an epoch's order, noise and learning rate: functions of the seed, the epoch and the history."""

    def __init__(self, options: TrainingOptions, history: History) -> None:
        super().__init__()
        self.options = options
        self.history = history

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Prepares the trainer for epoch number `epoch`, from 0."""
        self.model.begin_epoch(epoch)
        if self.options.schedule is not None:
            self.model.optimizer.learning_rate = self.options.schedule.learning_rate(
                self.options.optimizer.learning_rate,
                epoch,
                self.options.epochs,
                self.history.monitored_losses,
            )


class StopOnDivergence(keras.callbacks.Callback):
    """Ends a training whose loss is no longer finite."""

    def __init__(self, chunk_steps: int) -> None:
        super().__init__()
        self.chunk_steps = chunk_steps
        self.epoch = 0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Notes the epoch for the message."""
        self.epoch = epoch

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Looks at the loss after each chunk of steps."""
        assert logs is not None
        if math.isfinite(logs["total"]):
            return
        first = batch * self.chunk_steps + 1
        last = min(first + self.chunk_steps - 1, self.model.train_rows.steps)
        rate = float(self.model.optimizer.learning_rate)
        raise RunFailed(
            f"the loss became {logs['total']} in epoch {self.epoch + 1}, step {first} to {last}, "
            f"at a learning rate of {rate:g}. Try a smaller rate "
            f"(--set training.optimizer.learning_rate={rate / 10:g}) or "
            "gradient clipping (--set training.optimizer.clipnorm=1.0)"
        )

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Looks at the loss of the monitored samples, which can be no number where the training's is one."""
        assert logs is not None
        if not math.isfinite(logs["val_total"]):  # as Keras calls it, whatever is monitored
            raise RunFailed(
                f"the loss of the monitored samples became {logs['val_total']} in epoch {epoch + 1}, while that of "
                f"the training is {logs['total']:g}: look at the data (aecli data), or try a smaller learning rate"
            )


class CheckSignals(keras.callbacks.Callback):
    """Obeys a signal between two chunks."""

    def __init__(self, check: Callable[[], None]) -> None:
        super().__init__()
        self.check = check

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Stops here if a signal came."""
        self.check()

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """Stops here if a signal came."""
        self.check()


class RecordEpoch(keras.callbacks.Callback):
    """Adds a row to the history."""

    def __init__(self, history: History, prefix: str) -> None:
        super().__init__()
        self.history = history
        self.prefix = prefix
        self.started = 0.0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Starts the clock."""
        self.started = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Stops the clock; a row holds losses, learning rate and times."""
        assert logs is not None
        seconds = time.perf_counter() - self.started
        names = self.model.objective.names
        self.history.append(
            {
                **{name: float(logs[name]) for name in names},
                **{self.prefix + name: float(logs[f"val_{name}"]) for name in names},  # as Keras calls them
                **self.model.objective.learned,
                "learning_rate": float(self.model.optimizer.learning_rate),
                "seconds": round(seconds, 4),
                "samples_per_second": round(self.model.train_rows.count / seconds, 1),
            }
        )


class KeepBest(keras.callbacks.Callback):
    """Saves the network after each epoch that is the best so far by the validation loss."""

    def __init__(self, history: History, save: Callable[[int], None]) -> None:
        super().__init__()
        self.history = history
        self.save = save

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Saves if this epoch is the best one."""
        if self.history.best_epoch == epoch + 1:
            self.save(epoch + 1)


class SaveEpoch(keras.callbacks.Callback):
    """Saves what is needed to resume, and the history as CSV, while the next epoch is under way.

    Writing and flushing takes longer than some epochs' overhead together; copying the variables doesn't.
    """

    def __init__(self, history: History, csv_path: Path, folder: Path, background: Background) -> None:
        super().__init__()
        self.history = history
        self.csv_path = csv_path
        self.folder = folder
        self.background = background

    def on_test_begin(self, logs: Any = None) -> None:
        """Raises what went wrong in writing the epoch before, before this one counts."""
        self.background.catch_up()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Copies the state after the epoch, and has it written."""
        state, table = state_of(self.model, self.history), self.history.to_csv()

        def write() -> None:
            save_state(self.folder, state)
            write_bytes(self.csv_path, table)

        self.background.submit(write)


class StopEarly(keras.callbacks.Callback):
    """Ends the training when the validation loss has stopped falling."""

    def __init__(self, history: History, rule: EarlyStopping) -> None:
        super().__init__()
        self.history = history
        self.rule = rule

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Asks the rule."""
        if self.rule.says_stop(self.history.monitored_losses):
            self.model.stop_training = True
