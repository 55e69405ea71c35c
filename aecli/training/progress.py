"""What the user sees during training: a line an epoch and, on a terminal, one that moves."""

import logging
import time
from collections.abc import Mapping
from typing import Any

import keras
from rich.progress import BarColumn, TimeRemainingColumn

from aecli.core.progress import progress
from aecli.core.text import duration
from aecli.training.history import PREFIXES, TIMES, History, Row

log = logging.getLogger(__name__)

LONG = 30
"""A training of more epochs leaves a line for every tenth on the screen; `metrics.csv` has all."""


def epoch_line(epoch: int, epochs: int, row: Row, seconds_left: float) -> str:
    """One epoch in one line."""
    logged = {name: value for name, value in row.items() if name not in ("learning_rate", *TIMES)}
    return f"epoch {epoch:>{len(str(epochs))}}/{epochs}  {losses(logged)}  {duration(seconds_left)} left"


def losses(parts: Mapping[str, float]) -> str:
    """Losses in words; a total that is nothing but the reconstruction isn't said twice."""
    single = len([name for name in parts if not name.startswith(tuple(PREFIXES.values()))]) == 2
    shown = {name: value for name, value in parts.items() if not (single and name.endswith("total"))}
    return "  ".join(f"{name} {value:.4f}" for name, value in shown.items())


class ShowProgress(keras.callbacks.Callback):
    """Shows epoch, steps, losses, samples a second and the time left.

    Args:
        history: Where the rows of finished epochs are.
        epochs: The total number of epochs.
        chunk_steps: Training steps a chunk.
    """

    def __init__(self, history: History, epochs: int, chunk_steps: int) -> None:
        super().__init__()
        self.history = history
        self.epochs = epochs
        self.chunk_steps = chunk_steps
        self.epoch = self.first_epoch = len(history)
        self.started = time.perf_counter()
        # The bar alone gives way where the line is short: the time left is what people wait for.
        columns = (
            TimeRemainingColumn(),
            "{task.description}",
            BarColumn(bar_width=None),
            "{task.fields[loss]}",
            "[dim]{task.fields[rate]}[/dim]",
        )
        self.bar = progress(*columns)
        self.task = self.bar.add_task("", total=None, loss="", rate="")

    def on_train_begin(self, logs: Any = None) -> None:
        """Starts the live line."""
        steps = self.model.train_rows.steps
        self.bar.update(self.task, total=steps * self.epochs, completed=steps * self.first_epoch)
        self.bar.start()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Names the epoch."""
        self.epoch = epoch

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Moves the bar by a chunk of steps."""
        assert logs is not None
        rows = self.model.train_rows
        steps = min((batch + 1) * self.chunk_steps, rows.steps)
        done = (len(self.history)) * rows.steps + steps
        place = f"epoch {self.epoch + 1}/{self.epochs}"
        loss = f"loss {logs['total']:.4f}"
        if self.history:
            prefix = self.history.prefix
            loss += f"  {prefix.strip('_')} {self.history[-1][f'{prefix}total']:.4f}"
        samples = (done - self.first_epoch * rows.steps) / rows.steps * rows.count
        rate = samples / (time.perf_counter() - self.started)
        self.bar.update(self.task, completed=done, description=place, loss=loss, rate=f"{rate:,.0f}/s")

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Says what the epoch reached; of long trainings, after every tenth epoch, the first and the last."""
        number = epoch + 1
        if self.epochs > LONG and number % 10 and number not in (self.first_epoch + 1, self.epochs):
            return
        done = epoch + 1 - self.first_epoch
        left = (time.perf_counter() - self.started) / done * (self.epochs - epoch - 1)
        log.info(epoch_line(epoch + 1, self.epochs, self.history[-1], left))

    def close(self) -> None:
        """Takes the live line away, also after a failure."""
        self.bar.stop()
