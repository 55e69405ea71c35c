"""Files of events, as TensorBoard reads them."""

import os
import socket
import time
from pathlib import Path

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from tensorboard.compat.proto import types_pb2
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
from tensorboard.plugins.histogram import metadata as histogram_metadata
from tensorboard.plugins.image import metadata as image_metadata
from tensorboard.util.tensor_util import make_tensor_proto

BUCKETS = 30
"""Of a histogram, as many as TensorBoard's own have."""


class EventFile:
    """A file of events, as TensorBoard reads them.

    Written by hand: `tf.summary` takes a millisecond for every few numbers.

    Args:
        folder: Where to.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        now = time.time()
        name = f"events.out.tfevents.{now:.6f}.{socket.gethostname()}.{os.getpid()}"
        self._file = tf.io.TFRecordWriter(str(folder / name))
        self._file.write(Event(wall_time=now, file_version="brain.Event:2").SerializeToString())

    def add(self, step: int, summary: Summary) -> None:
        """Adds what there is to show of a step."""
        self._file.write(Event(wall_time=time.time(), step=step, summary=summary).SerializeToString())

    def flush(self) -> None:
        """Lets readers see what was added."""
        self._file.flush()

    def close(self) -> None:
        """Ends the file."""
        self._file.close()


def image_pb(tag: str, pixels: NDArray[np.uint8]) -> Summary:
    """An image under a name; pixels are (height, width, channels)."""
    height, width = pixels.shape[:2]
    parts = [str(width).encode(), str(height).encode(), tf.io.encode_png(pixels).numpy()]
    metadata = image_metadata.create_summary_metadata(display_name=None, description=None)
    shape = TensorShapeProto(dim=[TensorShapeProto.Dim(size=len(parts))])
    tensor = TensorProto(dtype=types_pb2.DT_STRING, tensor_shape=shape, string_val=parts)
    return Summary(value=[Summary.Value(tag=tag, tensor=tensor, metadata=metadata)])


def histogram_pb(tag: str, numbers: NDArray[np.floating]) -> Summary:
    """How numbers are distributed, under a name. TensorBoard's own takes sixty times their memory."""
    counts, edges = np.histogram(numbers, BUCKETS)
    rows = np.stack([edges[:-1], edges[1:], counts], axis=1).astype(np.float64)
    metadata = histogram_metadata.create_summary_metadata(display_name=None, description=None)
    return Summary(value=[Summary.Value(tag=tag, tensor=make_tensor_proto(rows), metadata=metadata)])


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
