"""ONNX, the Open Neural Network Exchange."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Literal

from aecli.export.formats.format import FORMATS, Format, Loaded, given, layer_like


@FORMATS.register
class Onnx(Format):
    """One .onnx file for each network, for ONNX Runtime and everything else that reads ONNX."""

    suffix: ClassVar[str] = ".onnx"
    packages: ClassVar[tuple[str, ...]] = ("tf2onnx", "onnx", "onnxruntime")

    name: Literal["onnx"] = "onnx"
    """Which format."""

    def layer(self, layer: Any) -> Any:
        """Recurrent layers by plain operations, in whose loop the converter sees ONNX's own LSTM."""
        import keras

        if isinstance(layer, (keras.layers.LSTM, keras.layers.GRU)):
            return layer_like(layer, use_cudnn=False)
        return layer_like(layer)

    def write(self, model: Any, path: Path) -> None:
        """Converts the model's graph; what the converter can't do, it leaves out without an error."""
        import onnx
        import tensorflow as tf
        import tf2onnx

        signature = [tf.TensorSpec(each.shape, each.dtype, name=each.name) for each in model.inputs]
        function = tf.function(
            lambda *inputs: model(given(inputs), training=False), input_signature=signature
        )
        converted, _ = tf2onnx.convert.from_function(function, signature)
        for value in (*converted.graph.input, *converted.graph.output):
            value.type.tensor_type.shape.dim[0].dim_param = "batch"
        onnx.checker.check_model(converted, full_check=True)
        onnx.save(converted, path)

    def load(self, path: Path) -> Loaded:
        """Opens the file in ONNX Runtime."""
        import onnxruntime

        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        taken = [value.name for value in session.get_inputs()]
        names = [value.name for value in session.get_outputs()]
        return lambda *inputs: dict(
            zip(names, session.run(names, dict(zip(taken, inputs, strict=True))), strict=True)
        )
