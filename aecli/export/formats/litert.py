"""LiteRT, until 2024 called TensorFlow Lite."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar, Literal

from aecli.export.formats.format import FORMATS, Format, Loaded, layer_like


@FORMATS.register
class LiteRT(Format):
    """One .tflite file for each network, for phones and small devices."""

    suffix: ClassVar[str] = ".tflite"
    packages: ClassVar[tuple[str, ...]] = ("ai_edge_litert",)

    name: Literal["litert"] = "litert"
    """Which format."""

    def layer(self, layer: Any) -> Any:
        """Recurrent layers step by step, since the interpreter has no lists for a loop to fill.

        Upsampling by the interpreter's own operator, since repeated rows lose their number on the way.
        """
        import keras

        if isinstance(layer, (keras.layers.LSTM, keras.layers.GRU)):
            return layer_like(layer, use_cudnn=False, unroll=True)
        if isinstance(layer, keras.layers.UpSampling2D):
            height, width = layer.output.shape[1:3]
            return keras.layers.Resizing(height, width, layer.interpolation, name=layer.name)
        return layer_like(layer)

    def write(self, model: Any, path: Path) -> None:
        """Converts the model's graph to the interpreter's own operators."""
        import tensorflow as tf

        with TemporaryDirectory() as folder:
            model.export(folder, format="tf_saved_model", verbose=False)
            converted = tf.lite.TFLiteConverter.from_saved_model(folder).convert()
        path.write_bytes(converted)

    def load(self, path: Path) -> Loaded:
        """Opens the file in the interpreter."""
        from ai_edge_litert.interpreter import Interpreter

        run = Interpreter(model_path=str(path)).get_signature_runner("serving_default")
        # By name, as the networks have them; a label comes second.
        taken = sorted(run.get_input_details(), key=lambda name: name.startswith("label"))
        return lambda *inputs: dict(run(**dict(zip(taken, inputs, strict=True))))
