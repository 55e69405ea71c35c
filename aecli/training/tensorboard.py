"""What TensorBoard shows of a run: curves, an image an epoch, the config, hyperparameters, the codes.

`tensorboard/train` and `tensorboard/test` (or `tensorboard/validation`) hold the scalars, under equal names so
that the curves share a chart; `tensorboard` itself holds the rest.
"""

import csv
import io
import logging
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.scalar.summary_v2 import scalar_pb

from aecli.core.files import atomic_write, write_text
from aecli.core.text import printable
from aecli.training.background import Background
from aecli.training.event_file import EventFile, histogram_pb, image_pb, trim_events
from aecli.training.history import PREFIXES, TIMES, History

log = logging.getLogger(__name__)


class DrawnEpoch(Protocol):
    """The image of an epoch, in two halves."""

    def reconstruct(self) -> NDArray[np.float32]:
        """What the network makes of a few samples now; this is all that needs the network."""

    def draw(self, reconstructions: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Pixels, (height, width, channels)."""


class WriteTensorBoard(keras.callbacks.Callback):
    """Writes scalars and an image after each epoch, while the next one is under way.

    A failure here is a warning and ends the writing only.

    Args:
        folder: The run's TensorBoard folder.
        config_text: The effective config, shown as text.
        hyperparameters: Plain values by dotted name, for the table of runs.
        image: The image of an epoch.
        history: What each epoch reached; of a resumed run, what was written of later ones is taken out.
        monitored: What is measured after each epoch: `test` or `validation`.
        unit: That of the losses, such as `nats/pixel`: those of different units never share a chart.
        background: Does the writing.
    """

    def __init__(
        self,
        folder: Path,
        config_text: str,
        hyperparameters: Mapping[str, Any],
        image: DrawnEpoch,
        history: History,
        monitored: str,
        unit: str,
        background: Background,
    ) -> None:
        super().__init__()
        self.folder = folder
        self.config_text = config_text
        self.hyperparameters = hyperparameters
        self.image = image
        self.history = history
        self.epochs_done = len(history)
        self.monitored = monitored
        self.unit = unit
        self.background = background
        self.files: dict[str, EventFile] = {}

    def on_train_begin(self, logs: Any = None) -> None:
        """Opens the files; writes what doesn't change."""
        self.background.submit(self._guarded(self._open))

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Has the epoch's scalars and its image written."""
        scalars = {name: value for name, value in self.history[-1].items() if name not in TIMES}
        reconstructions = self.image.reconstruct()
        self.background.submit(self._guarded(lambda: self._write(epoch + 1, scalars, reconstructions)))

    def on_train_end(self, logs: Any = None) -> None:
        """Closes the files."""
        self.background.submit(self._guarded(self._close))

    def _open(self) -> None:
        from tensorboard.plugins.hparams import api as hparams
        from tensorboard.plugins.text.summary_v2 import text_pb

        trim_events(self.folder, self.epochs_done)
        paths = {name: self.folder / name for name in ("train", self.monitored)} | {"run": self.folder}
        self.files = {name: EventFile(path) for name, path in paths.items()}
        if self.epochs_done == 0:
            self.files["run"].add(0, text_pb("config", f"```yaml\n{self.config_text}\n```"))
            self.files["run"].add(
                0, hparams.hparams_pb(dict(self.hyperparameters), trial_id=self.folder.parent.name)
            )

    def _write(self, step: int, scalars: dict[str, float], reconstructions: NDArray[np.float32]) -> None:
        if not self.files:
            return
        curves, prefix = {"train": Summary(), self.monitored: Summary()}, PREFIXES[self.monitored]
        for name, value in scalars.items():
            curve = curves[self.monitored if name.startswith(prefix) else "train"]
            curve.value.extend(scalar_pb(self._tag(name.removeprefix(prefix)), value).value)
        image = image_pb("reconstructions", self.image.draw(reconstructions))
        for name, summary in {**curves, "run": image}.items():
            self.files[name].add(step, summary)
            self.files[name].flush()

    def _tag(self, name: str) -> str:
        """What a curve is called: losses stand in a group of their unit."""
        return name if name == "learning_rate" else f"{self.unit.replace('/', ' per ')}/{name}"

    def _close(self) -> None:
        for file in self.files.values():
            file.close()

    def _guarded(self, action: Callable[[], None]) -> Callable[[], None]:
        def guarded() -> None:
            try:
                action()
            except Exception as error:  # whatever it is, it isn't worth a training
                self.files = {}
                log.warning(f"TensorBoard gets no more of this run: {error}")

        return guarded


def write_histogram(folder: Path, epoch: int, codes: NDArray[np.float32]) -> None:
    """Writes how the numbers of codes are distributed after an epoch.

    Args:
        folder: The run's TensorBoard folder.
        epoch: The epoch, from 1.
        codes: Numbers of codes, of any shape.
    """
    with closing(EventFile(folder)) as file:
        file.add(epoch, histogram_pb("codes", codes))


def plain_values(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested settings → what a table of hyperparameters can hold, by dotted name; without what is empty or not set."""
    found: dict[str, Any] = {}
    for key, value in settings.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            found |= plain_values(value, f"{name}.")
        elif value not in (None, "", []):
            found[name] = value if isinstance(value, bool | int | float | str) else str(value)
    return found


def write_projector(
    folder: Path, codes: NDArray[np.float32], labels: NDArray[Any] | None, samples: NDArray[np.uint8] | None
) -> None:
    """Writes the files of TensorBoard's projector: codes as points, with labels and thumbnails.

    Args:
        folder: The run's TensorBoard folder.
        codes: (points, numbers of a code).
        labels: (points,), or None.
        samples: Thumbnails, (points, height, width, 1 or 3), or None.
    """
    table = io.StringIO()
    csv.writer(table, delimiter="\t", lineterminator="\n").writerows(np.round(codes, 5).tolist())
    write_text(folder / "codes.tsv", table.getvalue())
    lines = ['tensor_name: "codes of test samples"', 'tensor_path: "codes.tsv"']
    if labels is not None:
        write_text(folder / "labels.tsv", "".join(f"{printable(str(label))}\n" for label in labels))
        lines.append('metadata_path: "labels.tsv"')
    if samples is not None:
        with atomic_write(folder / "sprite.png") as file:
            file.write(tf.io.encode_png(_sprite(samples)).numpy())
        height, width = samples.shape[1:3]
        sizes = [f"  single_image_dim: {size}" for size in (width, height)]
        lines += ["sprite {", '  image_path: "sprite.png"', *sizes, "}"]
    config = "\n".join(f"  {line}" for line in lines)
    write_text(folder / "projector_config.pbtxt", f"embeddings {{\n{config}\n}}\n")


def _sprite(samples: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Thumbnails in one square image, row by row."""
    _, height, width, channels = samples.shape
    side = int(np.ceil(np.sqrt(len(samples))))
    tiles = np.zeros((side * side, height, width, channels), np.uint8)
    tiles[: len(samples)] = samples
    rows = tiles.reshape(side, side, height, width, channels).swapaxes(1, 2)
    return rows.reshape(side * height, side * width, channels)
