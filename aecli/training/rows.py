"""What an epoch is made of: examples in an order, in batches; held in memory, or read chunk by chunk."""

from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from aecli.data.examples import Examples
from aecli.data.scaled import Scaled, stays_stored
from aecli.data.streamed import Streamed
from aecli.data.windows import Windows
from aecli.training.loss import TrainingBatch


def untuned(dataset: tf.data.Dataset) -> tf.data.Dataset:
    """The same data set, without the thread that tunes its speed.

    There is nothing to tune in a list of chunks, and between two epochs `fit` waited for that thread to wake
    up: one epoch in five of a small network took twice its time, on an idle machine.
    """
    options = tf.data.Options()
    options.autotune.enabled = False
    return dataset.with_options(options)


def spans(steps: int, chunk_steps: int) -> NDArray[np.int32]:
    """The chunks of an epoch: first step and number of steps of each, (chunks, 2)."""
    starts = np.arange(0, steps, chunk_steps, dtype=np.int32)
    return np.stack([starts, np.minimum(chunk_steps, steps - starts).astype(np.int32)], axis=1)


class Division:
    """What is left of a scaling for the step: nothing, or one division."""

    def __init__(self, samples: Any) -> None:
        stays = isinstance(samples, Scaled) and stays_stored(samples.stored, samples.scaling)
        self.stored: Any = samples.stored if stays else samples
        # A variable, for by a constant XLA may multiply where it should divide, with other last bits.
        self.divisor = tf.Variable(samples.scaling.divisor[0]) if stays else None

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of the numbers that it is given, in this machine's order of bytes."""
        return np.dtype(np.float32) if self.divisor is None else self.stored.dtype.newbyteorder("=")

    def read(self, rows: Any) -> NDArray[Any]:
        """Some samples, as they go into the step."""
        return np.asarray(self.stored[rows], self.dtype)

    def __call__(self, numbers: Any) -> Any:
        """A tensor of such numbers, scaled."""
        return numbers if self.divisor is None else tf.cast(numbers, tf.float32) / self.divisor


class HeldSamples:
    """Samples as a tensor, of the numbers that are stored where they are scaled as they are asked for."""

    def __init__(self, samples: Any) -> None:
        self.scaled = Division(samples)
        self.numbers = tf.constant(self.scaled.read(slice(None)))

    def take(self, rows: Any) -> Any:
        """Some samples, by their numbers."""
        return self.scaled(tf.gather(self.numbers, rows))


class HeldRows:
    """Examples as tensors, and how many steps they make."""

    def __init__(self, examples: Examples, batch_size: int) -> None:
        self.batch_size = batch_size
        self.count = len(examples)
        self.steps = -(-self.count // batch_size)
        self.targets = held(examples.targets)
        same = examples.inputs is examples.targets
        self.inputs = self.targets if same else held(examples.inputs)
        beside = {"weights": examples.weights, "labels": examples.labels, "hidden": examples.hidden}
        self.beside = {name: tf.constant(array) for name, array in beside.items() if array is not None}
        # Filled up to whole batches; what is past the count weighs nothing.
        self.order = tf.Variable(np.resize(np.arange(self.count, dtype=np.int32), self.steps * batch_size))

    def reorder(self, order: NDArray[np.integer]) -> None:
        """Sets the order of the next epoch."""
        self.order.assign(np.resize(order.astype(np.int32), self.order.shape))

    def chunks(self, chunk_steps: int) -> tf.data.Dataset:
        """What `fit` iterates over: pairs (first step, number of steps) that cover an epoch."""
        return untuned(tf.data.Dataset.from_tensor_slices(spans(self.steps, chunk_steps)))

    def span(self, chunk: Any) -> Any:
        """The first step of a chunk and the number of its steps."""
        return chunk

    def batch(self, chunk: Any, index: Any) -> TrainingBatch:
        """What a step of a chunk is shown."""
        positions = index * self.batch_size + tf.range(self.batch_size)
        rows = tf.gather(self.order, positions)
        inputs = self.inputs.take(rows)
        return TrainingBatch(
            inputs,
            inputs if self.inputs is self.targets else self.targets.take(rows),
            tf.cast(positions < self.count, tf.float32),
            **{name: tf.gather(array, rows) for name, array in self.beside.items()},
        )


class StreamedRows:
    """Examples that are read from disk, a chunk of steps at a time and one chunk ahead; else as `HeldRows`.

    A chunk of an epoch is its first step and their number, with what the samples of its steps are, in the epoch's
    order: inputs, and targets where they are others, and what goes with them.
    """

    def __init__(self, examples: Examples, batch_size: int) -> None:
        self.batch_size = batch_size
        self.count = len(examples)
        self.steps = -(-self.count // batch_size)
        self.order = np.resize(np.arange(self.count), self.steps * batch_size)
        parts = {"inputs": examples.inputs, "labels": examples.labels, "hidden": examples.hidden}
        if examples.inputs is not examples.targets:
            parts["targets"] = examples.targets
        self.parts = {name: Division(part) for name, part in parts.items() if part is not None}

    def reorder(self, order: NDArray[np.integer]) -> None:
        """Sets the order of the next epoch."""
        self.order = np.resize(order, self.order.shape)

    def chunks(self, chunk_steps: int) -> tf.data.Dataset:
        """What `fit` iterates over: the chunks of an epoch, in the order that is set when it begins."""
        parts = self.parts.values()

        def with_samples(span: Any) -> tuple[Any, ...]:
            read = tf.numpy_function(self._read, [span], [part.dtype for part in parts])
            shapes = [(None, *part.stored.shape[1:]) for part in parts]
            return span, *map(tf.ensure_shape, read, shapes)

        dataset = tf.data.Dataset.from_tensor_slices(spans(self.steps, chunk_steps))
        return untuned(dataset.map(with_samples).prefetch(1))

    def span(self, chunk: Any) -> Any:
        """The first step of a chunk and the number of its steps."""
        return chunk[0]

    def batch(self, chunk: Any, index: Any) -> TrainingBatch:
        """What a step of a chunk is shown."""
        steps = tf.range(self.batch_size)
        rows = (index - chunk[0][0]) * self.batch_size + steps
        counted = tf.cast(index * self.batch_size + steps < self.count, tf.float32)
        shown = {
            name: scaled(tf.gather(part, rows))
            for (name, scaled), part in zip(self.parts.items(), chunk[1:], strict=True)
        }
        return TrainingBatch(**{"targets": shown["inputs"], "counted": counted, **shown})

    def _read(self, span: NDArray[np.int32]) -> list[NDArray[Any]]:
        """The samples of a chunk's steps."""
        first, count = span * self.batch_size
        rows = self.order[first : first + count]
        return [part.read(rows) for part in self.parts.values()]


class HeldWindows:
    """Windows as a tensor of steps, out of which they are cut as they are asked for."""

    def __init__(self, windows: Windows) -> None:
        self.steps, self.starts = tf.constant(windows.steps), tf.constant(windows.starts)
        self.within = tf.range(windows.length, dtype=self.starts.dtype)

    def take(self, rows: Any) -> Any:
        """Some windows, by their numbers."""
        return tf.gather(self.steps, tf.gather(self.starts, rows)[:, tf.newaxis] + self.within)


def held(samples: Any) -> HeldSamples | HeldWindows:
    """Samples in memory as tensors."""
    return HeldWindows(samples) if isinstance(samples, Windows) else HeldSamples(samples)


def rows_of(examples: Examples, batch_size: int) -> HeldRows | StreamedRows:
    """The rows of examples: streamed where they are on disk, else held."""
    if isinstance(examples.targets, Streamed):
        return StreamedRows(examples, batch_size)
    return HeldRows(examples, batch_size)
