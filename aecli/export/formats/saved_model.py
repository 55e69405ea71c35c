"""TensorFlow's SavedModel."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Literal

from aecli.export.formats.format import FORMATS, Format, Loaded, given, layer_like


@FORMATS.register
class SavedModel(Format):
    """One folder for each network, for TensorFlow in any language and TensorFlow Serving."""

    suffix: ClassVar[str] = ""

    name: Literal["saved_model"] = "saved_model"
    """Which format."""

    def layer(self, layer: Any) -> Any:
        """Recurrent layers by plain operations, not by those of a GPU that may be here and not there."""
        import keras

        if isinstance(layer, (keras.layers.LSTM, keras.layers.GRU)):
            return layer_like(layer, use_cudnn=False)
        return layer_like(layer)

    def write(self, model: Any, path: Path) -> None:
        """Writes the model's graph and weights, with the signature `serving_default`."""
        model.export(path, format="tf_saved_model", verbose=False)

    def load(self, path: Path) -> Loaded:
        """Loads the graph."""
        import numpy as np
        import tensorflow as tf

        loaded = tf.saved_model.load(path)
        return lambda *inputs: {
            name: np.asarray(output) for name, output in loaded.serve(given(inputs)).items()
        }
