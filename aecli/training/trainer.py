"""The training loop: many steps in one compiled call, inside Keras's own `fit`.

Small networks spend most of their time between steps, not in them. So the images are held as one tensor,
an epoch's order is a permutation of row indices, and a call runs a whole chunk of steps (gather → corrupt
→ forward → backward → update) in a `tf.while_loop` before it returns to Python. `fit` sees a data set of
chunks in place of batches; callbacks and epochs stay Keras's own.

The result doesn't depend on where chunks begin and end: steps draw their noise by their number in the
epoch, and the sums behind the logged losses go on from chunk to chunk.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from aecli.seeds import Role, generator, number
from aecli.training.losses import Network, loss_parts, part_names

Corrupt = Callable[[Any, Any], Any]
"""(images, seed) → corrupted images."""


@dataclass(frozen=True)
class Examples:
    """What a network is shown.

    Attributes:
        inputs: What goes in, float32, (images, *image_shape).
        targets: What should come out, of the same shape; the same array where nothing is corrupted.
        weights: Of padded sequences, 1 for each real step and 0 for padding, (images, steps); else None.
    """

    inputs: NDArray[np.float32]
    targets: NDArray[np.float32]
    weights: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        """The number of images."""
        return len(self.inputs)


class _Rows:
    """Examples as tensors, and how many steps they make."""

    def __init__(self, examples: Examples, batch_size: int) -> None:
        self.count = len(examples)
        self.steps = -(-self.count // batch_size)
        self.targets = tf.constant(examples.targets)
        same = examples.inputs is examples.targets
        self.inputs = self.targets if same else tf.constant(examples.inputs)
        self.weights = None if examples.weights is None else tf.constant(examples.weights)
        # Filled up to whole batches; what is past the count weighs nothing.
        self.order = tf.Variable(np.resize(np.arange(self.count, dtype=np.int32), self.steps * batch_size))

    def weights_of(self, batch: Any) -> Any:
        """The weights of the steps of a batch's sequences; None where nothing is padded."""
        return None if self.weights is None else tf.gather(self.weights, batch)


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
        network: Network,
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
        self.train_rows = _Rows(train, batch_size)
        self.monitored_rows = _Rows(monitored, batch_size)
        self.epoch_number = tf.Variable(0, dtype=tf.int32, trainable=False)
        self.sums = tf.Variable(tf.zeros(len(self.part_names) + 1), trainable=False)
        self.built = True

    def begin_epoch(self, epoch: int) -> None:
        """Makes the next epoch a function of (seed, epoch): its order, and the noise it will draw.

        Args:
            epoch: The epoch, from 0.
        """
        rows = self.train_rows
        order = generator(self.seed, Role.ORDER, epoch).permutation(rows.count)
        rows.order.assign(np.resize(order.astype(np.int32), rows.order.shape))
        self.epoch_number.assign(epoch)

    def chunks(self, rows: _Rows, chunk_steps: int) -> tf.data.Dataset:
        """What `fit` iterates over: pairs (first step, number of steps) that cover an epoch."""
        starts = np.arange(0, rows.steps, chunk_steps, dtype=np.int32)
        lengths = np.minimum(chunk_steps, rows.steps - starts).astype(np.int32)
        return tf.data.Dataset.from_tensor_slices(np.stack([starts, lengths], axis=1))

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
            batch, weights = self._batch(rows, index)
            inputs, targets = tf.gather(rows.inputs, batch), tf.gather(rows.targets, batch)
            if self.corrupt is not None:
                inputs = self.corrupt(inputs, tf.stack([seeds[0], first_of_epoch + index]))
            sampling_seed = tf.stack([seeds[1], first_of_epoch + index])
            with tf.GradientTape() as tape:
                parts = loss_parts(
                    self.network,
                    self.pixel_loss,
                    inputs,
                    targets,
                    sampling_seed,
                    training=True,
                    weights=rows.weights_of(batch),
                )
                loss = tf.reduce_sum(parts["total"] * weights) / tf.reduce_sum(weights)
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply(gradients, self.trainable_variables)
            return self._sum(parts, weights)

        return self._run(step, chunk)

    def test_step(self, chunk: Any) -> dict[str, Any]:
        """Runs a chunk of evaluation steps on the monitored images; as `train_step`, without learning."""
        rows = self.monitored_rows
        seed = number(self.seed, Role.EVALUATION_SAMPLING)

        def step(index: Any) -> Any:
            batch, weights = self._batch(rows, index)
            inputs, targets = tf.gather(rows.inputs, batch), tf.gather(rows.targets, batch)
            sampling_seed = tf.stack([seed, index])
            parts = loss_parts(
                self.network,
                self.pixel_loss,
                inputs,
                targets,
                sampling_seed,
                training=False,
                weights=rows.weights_of(batch),
            )
            return self._sum(parts, weights)

        return self._run(step, chunk)

    def reset_metrics(self) -> None:
        """Starts the sums of an epoch at nothing; `fit` calls it."""
        self.sums.assign(tf.zeros_like(self.sums))

    @property
    def metrics(self) -> list[Any]:
        """None of Keras's: `sums` is all there is."""
        return []

    def _batch(self, rows: _Rows, index: Any) -> tuple[Any, Any]:
        """The row indices of a step and their weights: 1, or 0 for what fills the last batch up."""
        positions = index * self.batch_size + tf.range(self.batch_size)
        return tf.gather(rows.order, positions), tf.cast(positions < rows.count, tf.float32)

    def _sum(self, parts: dict[str, Any], weights: Any) -> Any:
        """Each part summed over a batch, and the number of images."""
        sums = [tf.reduce_sum(parts[name] * weights) for name in self.part_names]
        return tf.stack([*sums, tf.reduce_sum(weights)])

    def _run(self, step: Callable[[Any], Any], chunk: Any) -> dict[str, Any]:
        """Loops over the steps of a chunk; returns the epoch's means so far."""
        first, count = chunk[0], chunk[1]
        _, sums = tf.while_loop(
            lambda index, _: index < first + count,
            lambda index, sums: (index + 1, sums + step(index)),
            (first, tf.convert_to_tensor(self.sums)),
            parallel_iterations=1,
        )
        self.sums.assign(sums)
        return {name: sums[i] / sums[-1] for i, name in enumerate(self.part_names)}
