"""Importing TensorFlow without its chatter, set up the way we count on."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from aecli.core.lean import lean_import


def load() -> None:
    """Imports TensorFlow and Keras. Everything that computes is imported after this.

    Keras is held to TensorFlow, 32-bit floats and channels last, whatever the user's environment says.
    """
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # TensorFlow takes oneDNN's convolutions by itself on the newest processors only; they take half the time on all.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    with stderr_held_back(), lean_import():
        import keras
        import tensorflow as tf
    keras.config.set_floatx("float32")
    keras.config.set_image_data_format("channels_last")
    tf.get_logger().setLevel("ERROR")


@contextmanager
def stderr_held_back() -> Iterator[None]:
    """Holds the process's standard error back, also what C++ writes, and shows it if the block fails.

    TensorFlow greets with a dozen lines before its log levels are in force.
    """
    with suppress(OSError, ValueError):
        sys.stderr.flush()
    with tempfile.TemporaryFile() as held:
        original = os.dup(2)
        os.dup2(held.fileno(), 2)
        try:
            yield
        except Exception:
            held.seek(0)
            with suppress(OSError):
                os.write(original, held.read())
            raise
        finally:
            with suppress(OSError, ValueError):
                sys.stderr.flush()
            os.dup2(original, 2)
            os.close(original)
