"""The training loop: many steps in one compiled call, inside Keras's own `fit`.

Small networks spend most of their time between steps, not in them. So the samples are held as one tensor,
an epoch's order is a permutation of row indices, and a call runs a whole chunk of steps (gather → corrupt
→ forward → backward → update) in a `tf.while_loop` before it returns to Python. `fit` sees a data set of
chunks in place of batches; callbacks and epochs stay Keras's own. Images that memory can't hold come with
the chunks (`aecli.training.rows`); all else is the same.

The result doesn't depend on where chunks begin and end: steps draw their noise by their number in the
epoch, and the sums behind the logged losses go on from chunk to chunk.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import keras
import tensorflow as tf

from aecli.core.seeds import Role, generator, number
from aecli.data.corruption import Corruption
from aecli.data.examples import Examples
from aecli.training.loss import Loss, Terms, TrainingBatch
from aecli.training.rows import rows_of

DRAWN = (Role.TRAINING_SAMPLING, Role.TRAINING_CORRUPTION, Role.TRAINING_BINARIZATION)
"""What a training step draws for."""


class Trainer(keras.Model):
    """A network in training under a loss.

    Args:
        loss: The loss, which holds the network; its weights are trained in place.
        train: What the weights are fitted to.
        monitored: What is evaluated after each epoch.
        batch_size: Samples a step; the last step of an epoch takes what is left.
        corruption: Draws new noise for the inputs of each training step; None leaves them as they are.
        redraw: Draws the samples themselves anew in each training step; None leaves them as they are.
        seed: The config's seed.
    """

    def __init__(
        self,
        loss: Loss,
        train: Examples,
        monitored: Examples,
        batch_size: int,
        corruption: Corruption | None,
        redraw: Callable[[Any, Any], Any] | None,
        seed: int,
    ) -> None:
        super().__init__(name="trainer")
        self.objective = loss
        self.batch_size = batch_size = min(batch_size, len(train))
        self.corruption = corruption
        self.redraw = redraw
        self.seed = seed
        self.train_rows = rows_of(train, batch_size)
        self.monitored_rows = rows_of(monitored, batch_size)
        self.epoch_number = tf.Variable(0, dtype=tf.int32, trainable=False)
        self.sums = tf.Variable(tf.zeros(len(loss.names) + 1), trainable=False)
        self.built = True

    @property
    def state(self) -> list[Any]:
        """All that a training changes, optimizers' variables too, in a fixed order."""
        rival = self.objective.rival
        others = [] if rival is None else rival.optimizer.variables
        return [*self.objective.variables, *self.optimizer.variables, *others]

    def begin_epoch(self, epoch: int) -> None:
        """Makes the next epoch a function of (seed, epoch): its order, and the noise it will draw.

        Args:
            epoch: The epoch, from 0.
        """
        rows = self.train_rows
        rows.reorder(generator(self.seed, Role.ORDER, epoch).permutation(rows.count))
        self.epoch_number.assign(epoch)
        self.objective.begin_epoch(epoch)

    def train_step(self, chunk: Any) -> dict[str, Any]:
        """Runs a chunk of training steps.

        Args:
            chunk: First step and number of steps, whole numbers of shape (2,).

        Returns:
            The mean of each part of the loss over the epoch so far.
        """
        rows, loss = self.train_rows, self.objective
        numbers = {role: number(self.seed, role) for role in DRAWN}
        first_of_epoch = self.epoch_number * rows.steps

        def step(index: Any) -> Any:
            seeds = {role: tf.stack([drawn, first_of_epoch + index]) for role, drawn in numbers.items()}
            batch = self._in_training(rows.batch(chunk, index), seeds)
            with tf.GradientTape(persistent=loss.rival is not None) as tape:
                terms = loss.terms(batch, seeds[Role.TRAINING_SAMPLING], training=True)
                costs = [_mean(cost, batch) for cost in (terms.total, terms.rival) if cost is not None]
            players: list[tuple[Any, Any]] = [(self.optimizer, loss.trainable_variables)]
            if loss.rival is not None:
                players.append((loss.rival.optimizer, loss.rival.variables))
            # All gradients first: no player sees what another one learned from the same batch.
            gradients = [
                tape.gradient(cost, weights) for cost, (_, weights) in zip(costs, players, strict=True)
            ]
            for (optimizer, weights), gradient in zip(players, gradients, strict=True):
                optimizer.apply(gradient, weights)
            if terms.update is not None:
                terms.update()
            return self._sum(terms, batch.counted)

        return self._run(step, rows.span(chunk))

    def test_step(self, chunk: Any) -> dict[str, Any]:
        """Runs a chunk of evaluation steps on the monitored samples; as `train_step`, without learning."""
        rows = self.monitored_rows
        seed = number(self.seed, Role.EVALUATION_SAMPLING)

        def step(index: Any) -> Any:
            batch = rows.batch(chunk, index)
            terms = self.objective.terms(batch, tf.stack([seed, index]), training=False)
            return self._sum(terms, batch.counted)

        return self._run(step, rows.span(chunk))

    def reset_metrics(self) -> None:
        """Starts the sums of an epoch at nothing; `fit` calls it."""
        self.sums.assign(tf.zeros_like(self.sums))

    @property
    def metrics(self) -> list[Any]:
        """None of Keras's: `sums` is all there is."""
        return []

    def _in_training(self, batch: TrainingBatch, seeds: dict[Role, Any]) -> TrainingBatch:
        """A batch with what is drawn anew in each step."""
        if self.redraw is not None:
            drawn = self.redraw(batch.targets, seeds[Role.TRAINING_BINARIZATION])
            batch = replace(batch, inputs=drawn, targets=drawn)
        if self.corruption is not None:
            seed, clean = seeds[Role.TRAINING_CORRUPTION], batch.inputs
            hidden = self.corruption.hidden(clean, seed) if self.corruption.hides else None
            batch = replace(batch, inputs=self.corruption.apply(clean, seed), hidden=hidden)
        return batch

    def _sum(self, terms: Terms, counted: Any) -> Any:
        """Each term summed over a batch, and the number of samples."""
        by_name = terms.by_name()
        sums = [tf.reduce_sum(by_name[name] * counted) for name in self.objective.names]
        return tf.stack([*sums, tf.reduce_sum(counted)])

    def _run(self, step: Callable[[Any], Any], span: Any) -> dict[str, Any]:
        """Loops over the steps of a chunk; returns the epoch's means so far."""
        first, count = span[0], span[1]
        _, sums = tf.while_loop(
            lambda index, _: index < first + count,
            lambda index, sums: (index + 1, sums + step(index)),
            (first, tf.convert_to_tensor(self.sums)),
            parallel_iterations=1,
        )
        self.sums.assign(sums)
        return {name: sums[i] / sums[-1] for i, name in enumerate(self.objective.names)}


def _mean(losses: Any, batch: TrainingBatch) -> Any:
    """The mean of losses over the samples that count."""
    return tf.reduce_sum(losses * batch.counted) / tf.reduce_sum(batch.counted)
