"""What TensorBoard shows of a run: curves, a picture an epoch, the config, hyperparameters, the codes.

`tensorboard/train` and `tensorboard/validation` hold the scalars, under equal names so that the curves
share a chart; `tensorboard` itself holds the rest.
"""

import csv
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from aecli.config.problems import printable
from aecli.files import atomic_write, write_text

Picture = Callable[[], NDArray[np.uint8]]
"""Draws the picture of an epoch, uint8, (height, width, channels)."""


class WriteTensorBoard(keras.callbacks.Callback):
    """Writes scalars and a picture after each epoch. A failure here is a warning and ends the writing only.

    Args:
        folder: The run's TensorBoard folder.
        config_text: The effective config, shown as text.
        hyperparameters: Plain values by dotted name, for the table of runs.
        picture: Draws the picture of an epoch.
        epochs_done: Epochs of a resumed run that count; what was written of later ones is taken out.
        warn: Told of a failure.
    """

    def __init__(
        self,
        folder: Path,
        config_text: str,
        hyperparameters: Mapping[str, Any],
        picture: Picture,
        epochs_done: int,
        warn: Callable[[str], None],
    ) -> None:
        super().__init__()
        self.folder = folder
        self.config_text = config_text
        self.hyperparameters = hyperparameters
        self.picture = picture
        self.epochs_done = epochs_done
        self.warn = warn
        self.writers: dict[str, Any] = {}

    def on_train_begin(self, logs: Any = None) -> None:
        """Opens the writers; writes what doesn't change."""
        self._guarded(self._open)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Writes the epoch's scalars and its picture."""
        if self.writers:
            self._guarded(lambda: self._write(epoch + 1, logs or {}))

    def on_train_end(self, logs: Any = None) -> None:
        """Closes the writers."""
        self._guarded(lambda: [writer.close() for writer in self.writers.values()])

    def _open(self) -> None:
        from tensorboard.plugins.hparams import api as hparams

        trim_events(self.folder, self.epochs_done)
        paths = {name: self.folder / name for name in ("train", "validation")} | {"run": self.folder}
        self.writers = {name: tf.summary.create_file_writer(str(path)) for name, path in paths.items()}
        with self.writers["run"].as_default(step=0):
            if self.epochs_done == 0:
                tf.summary.text("config", f"```yaml\n{self.config_text}\n```")
                hparams.hparams(dict(self.hyperparameters), trial_id=self.folder.parent.name)

    def _write(self, step: int, logs: dict[str, float]) -> None:
        for name, value in {**logs, "learning_rate": float(self.model.optimizer.learning_rate)}.items():
            split = "validation" if name.startswith("val_") else "train"
            with self.writers[split].as_default(step=step):
                tf.summary.scalar(name.removeprefix("val_"), value)
        with self.writers["run"].as_default(step=step):
            tf.summary.image("reconstructions", self.picture()[np.newaxis])
        for writer in self.writers.values():
            writer.flush()

    def _guarded(self, action: Callable[[], Any]) -> None:
        try:
            action()
        except (OSError, tf.errors.OpError) as error:
            self.writers = {}
            self.warn(f"TensorBoard gets no more of this run: {error}")


def trim_events(folder: Path, last_step: int) -> None:
    """Takes all events after a step out of a folder's event files, so that a resumed run can write them anew.

    Args:
        folder: Holds event files, at any depth. A record that was being written when its process died
            ends its file.
        last_step: The last step whose events stay.
    """
    for path in folder.rglob("events.out.tfevents.*"):
        kept = []
        try:
            for record in tf.compat.v1.io.tf_record_iterator(str(path)):
                if tf.compat.v1.Event.FromString(record).step <= last_step:
                    kept.append(record)
        except tf.errors.DataLossError:
            pass
        trimmed = path.with_name(f".{path.name}")
        with tf.io.TFRecordWriter(str(trimmed)) as writer:
            for record in kept:
                writer.write(record)
        trimmed.replace(path)


def write_projector(
    folder: Path, codes: NDArray[np.float32], labels: NDArray[Any] | None, images: NDArray[np.uint8] | None
) -> None:
    """Writes the files of TensorBoard's projector: codes as points, with labels and thumbnails.

    Args:
        folder: The run's TensorBoard folder.
        codes: (points, numbers of a code).
        labels: (points,), or None.
        images: Thumbnails, (points, height, width, 1 or 3), or None.
    """
    table = io.StringIO()
    csv.writer(table, delimiter="\t", lineterminator="\n").writerows(np.round(codes, 5).tolist())
    write_text(folder / "codes.tsv", table.getvalue())
    lines = ['tensor_name: "codes of test images"', 'tensor_path: "codes.tsv"']
    if labels is not None:
        write_text(folder / "labels.tsv", "".join(f"{printable(str(label))}\n" for label in labels))
        lines.append('metadata_path: "labels.tsv"')
    if images is not None:
        with atomic_write(folder / "sprite.png") as file:
            file.write(tf.io.encode_png(_sprite(images)).numpy())
        height, width = images.shape[1:3]
        sizes = [f"  single_image_dim: {size}" for size in (width, height)]
        lines += ["sprite {", '  image_path: "sprite.png"', *sizes, "}"]
    config = "\n".join(f"  {line}" for line in lines)
    write_text(folder / "projector_config.pbtxt", f"embeddings {{\n{config}\n}}\n")


def _sprite(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Thumbnails in one square picture, row by row."""
    _, height, width, channels = images.shape
    side = int(np.ceil(np.sqrt(len(images))))
    tiles = np.zeros((side * side, height, width, channels), np.uint8)
    tiles[: len(images)] = images
    rows = tiles.reshape(side, side, height, width, channels).swapaxes(1, 2)
    return rows.reshape(side * height, side * width, channels)
