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
from typing import Any

import keras
import tensorflow as tf

from aecli.core.seeds import Role, generator, number
from aecli.data.examples import Corrupt, Examples
from aecli.models.network.autoencoder import Autoencoder
from aecli.training.losses import loss_parts, part_names
from aecli.training.rows import TrainingBatch, rows_of


class Trainer(keras.Model):
    """An autoencoder in training.

    Args:
        network: The autoencoder; its weights are trained in place.
        loss: The pixel loss, by the name that `training.loss` gives.
        train: What the weights are fitted to.
        monitored: What is evaluated after each epoch.
        batch_size: Images a step; the last step of an epoch takes what is left.
        corrupt: Draws new noise for the inputs of each training step; None leaves them as they are.
        seed: The config's seed.
    """

    def __init__(
        self,
        network: Autoencoder,
        loss: str,
        train: Examples,
        monitored: Examples,
        batch_size: int,
        corrupt: Corrupt | None,
        seed: int,
    ) -> None:
        super().__init__(name="trainer")
        self.network = network
        self.encoder, self.decoder = network.encoder, network.decoder
        self.pixel_loss = loss
        self.batch_size = batch_size = min(batch_size, len(train))
        self.corrupt = corrupt
        self.seed = seed
        self.part_names = part_names(network)
        self.train_rows = rows_of(train, batch_size)
        self.monitored_rows = rows_of(monitored, batch_size)
        self.epoch_number = tf.Variable(0, dtype=tf.int32, trainable=False)
        self.sums = tf.Variable(tf.zeros(len(self.part_names) + 1), trainable=False)
        self.built = True

    def begin_epoch(self, epoch: int) -> None:
        """Makes the next epoch a function of (seed, epoch): its order, and the noise it will draw.

        Args:
            epoch: The epoch, from 0.
        """
        rows = self.train_rows
        rows.reorder(generator(self.seed, Role.ORDER, epoch).permutation(rows.count))
        self.epoch_number.assign(epoch)

    def train_step(self, chunk: Any) -> dict[str, Any]:
        """Runs a chunk of training steps.

        Args:
            chunk: First step and number of steps, whole numbers of shape (2,).

        Returns:
            The mean of each part of the loss over the epoch so far.
        """
        rows = self.train_rows
        seeds = [number(self.seed, role) for role in (Role.TRAINING_CORRUPTION, Role.TRAINING_SAMPLING)]
        first_of_epoch = self.epoch_number * rows.steps

        def step(index: Any) -> Any:
            batch = rows.batch(chunk, index)
            inputs = batch.inputs
            if self.corrupt is not None:
                inputs = self.corrupt(inputs, tf.stack([seeds[0], first_of_epoch + index]))
            sampling_seed = tf.stack([seeds[1], first_of_epoch + index])
            with tf.GradientTape() as tape:
                parts = self._parts(inputs, batch, sampling_seed, training=True)
                loss = tf.reduce_sum(parts["total"] * batch.counted) / tf.reduce_sum(batch.counted)
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply(gradients, self.trainable_variables)
            return self._sum(parts, batch.counted)

        return self._run(step, rows.span(chunk))

    def test_step(self, chunk: Any) -> dict[str, Any]:
        """Runs a chunk of evaluation steps on the monitored samples; as `train_step`, without learning."""
        rows = self.monitored_rows
        seed = number(self.seed, Role.EVALUATION_SAMPLING)

        def step(index: Any) -> Any:
            batch = rows.batch(chunk, index)
            parts = self._parts(batch.inputs, batch, tf.stack([seed, index]), training=False)
            return self._sum(parts, batch.counted)

        return self._run(step, rows.span(chunk))

    def reset_metrics(self) -> None:
        """Starts the sums of an epoch at nothing; `fit` calls it."""
        self.sums.assign(tf.zeros_like(self.sums))

    @property
    def metrics(self) -> list[Any]:
        """None of Keras's: `sums` is all there is."""
        return []

    def _parts(self, inputs: Any, batch: TrainingBatch, seed: Any, *, training: bool) -> dict[str, Any]:
        """The parts of the loss of each sample of a batch."""
        return loss_parts(
            self.network,
            self.pixel_loss,
            inputs,
            batch.targets,
            seed,
            training=training,
            weights=batch.weights,
        )

    def _sum(self, parts: dict[str, Any], weights: Any) -> Any:
        """Each part summed over a batch, and the number of samples."""
        sums = [tf.reduce_sum(parts[name] * weights) for name in self.part_names]
        return tf.stack([*sums, tf.reduce_sum(weights)])

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
        return {name: sums[i] / sums[-1] for i, name in enumerate(self.part_names)}
