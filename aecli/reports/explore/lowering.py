"""A Keras network → the steps of a page's program.

A network is read from what Keras says of itself in `get_config`, layer by layer, so that any network made of the
layers below can be explored, whoever wrote it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, get_args

import keras

from aecli.models.networks.network import Activation
from aecli.reports.explore.program import Program, Step, Weights

Rule = Callable[[dict[str, Any], list[Any]], tuple[str, dict[str, Any], tuple[str, ...]]]
"""(the layer's config, its arguments) → the operation, its options, the names of the layer's weights."""


class NotInPage(Exception):
    """A network does something that pages can't."""


def lower(model: keras.Model, weights: Weights) -> Program:
    """Writes a network down as a program.

    Args:
        model: A functional Keras model.
        weights: Where its weights are put.

    Raises:
        NotInPage: It has a layer, or an option of one, that pages don't know.
    """
    return _Lowering(model, weights).program()


class _Lowering:
    """One network on its way."""

    def __init__(self, model: keras.Model, weights: Weights) -> None:
        self._config = model.get_config()
        self._layers = {layer["name"]: layer for layer in self._config["layers"]}
        self._operations = {operation.name: operation for operation in model.operations}
        self._weights = weights
        self._numbers: dict[tuple[Any, ...], int] = {}
        self._steps: list[Step] = []
        self._outputs = [tuple(tensor.shape[1:]) for tensor in model.outputs]

    def program(self) -> Program:
        shapes = dict(self._shapes())
        inputs = [self._number(history) for history in _listed(self._config["input_layers"])]
        outputs = [self._array(history) for history in _listed(self._config["output_layers"])]
        return Program(inputs, outputs, self._steps, [shapes.get(key, ()) for key in self._numbers])

    def _shapes(self) -> Iterator[tuple[tuple[Any, ...], tuple[int, ...]]]:
        """The shape of each array, as whoever takes it is told."""
        for layer in self._layers.values():
            if layer["class_name"] == "InputLayer":
                yield (layer["name"], 0, 0), tuple(layer["config"]["batch_shape"][1:])
            for node in layer["inbound_nodes"]:
                for tensor in _tensors(node):
                    yield tuple(tensor["keras_history"]), tuple(tensor["shape"][1:])
        yield from zip(_listed(self._config["output_layers"]), self._outputs, strict=True)

    def _number(self, history: tuple[Any, ...]) -> int:
        return self._numbers.setdefault(history, len(self._numbers))

    def _array(self, history: tuple[Any, ...]) -> int:
        """The number of an array, once what makes it is among the steps."""
        if history not in self._numbers:
            self._step(*history[:2])
        return self._number(history)

    def _step(self, name: str, node: int) -> None:
        """Puts a layer's operation among the steps, behind all that it needs."""
        layer = self._layers[name]
        rule = RULES.get(layer["class_name"])
        if rule is None:
            raise NotInPage(f"no page knows the layer {layer['class_name']}")
        call = layer["inbound_nodes"][node]
        inputs = [self._array(tuple(tensor["keras_history"])) for tensor in _tensors(call)]
        op, options, names = rule(layer["config"], [*call["args"], *call["kwargs"].values()])
        made = 2 if op == "top_k" else 1
        outputs = [self._number((name, node, tensor)) for tensor in range(made)]
        placed = self._weights.of(self._operations[name]) if names else []
        self._steps.append(Step(op, inputs, outputs, options, dict(zip(names, placed, strict=True))))


def _listed(histories: Any) -> list[tuple[Any, ...]]:
    """What Keras writes as one history if there is but one."""
    return [tuple(histories)] if isinstance(histories[0], str) else [tuple(each) for each in histories]


def _tensors(given: Any) -> Iterator[dict[str, Any]]:
    """The tensors among arguments, in their order."""
    if isinstance(given, dict):
        if given.get("class_name") == "__keras_tensor__":
            yield given["config"]
            return
        given = list(given.values())
    if isinstance(given, list | tuple):
        for each in given:
            yield from _tensors(each)


def _require(config: dict[str, Any], **expected: Any) -> None:
    """Makes sure that a layer's options are those that pages know.

    Raises:
        NotInPage: One isn't.
    """
    for name, value in expected.items():
        received = config.get(name, value)
        if (tuple(received) if isinstance(received, list | tuple) else received) != value:
            raise NotInPage(f"no page knows {name}={received} of the layer {config['name']}")


def _activation(config: dict[str, Any]) -> str:
    if config["activation"] not in get_args(Activation):
        raise NotInPage(f"no page knows the activation {config['activation']}")
    return str(config["activation"])


def _with_bias(config: dict[str, Any], *names: str) -> tuple[str, ...]:
    return (*names, "bias") if config["use_bias"] else names


def _dense(config: dict[str, Any], given: list[Any]) -> tuple[str, dict[str, Any], tuple[str, ...]]:
    _require(config, quantization_config=None)
    return "dense", {"activation": _activation(config)}, _with_bias(config, "kernel")


def _conv(config: dict[str, Any], given: list[Any]) -> tuple[str, dict[str, Any], tuple[str, ...]]:
    _require(config, strides=(1, 1), dilation_rate=(1, 1), groups=1, data_format="channels_last")
    options = {"activation": _activation(config), "same": config["padding"] == "same"}
    return "conv", options, _with_bias(config, "kernel")


def _pool(config: dict[str, Any], given: list[Any]) -> tuple[str, dict[str, Any], tuple[str, ...]]:
    size = tuple(config["pool_size"])
    _require(config, strides=size, padding="same", data_format="channels_last")
    return "max_pool", {"size": list(size)}, ()


def _upsample(config: dict[str, Any], given: list[Any]) -> tuple[str, dict[str, Any], tuple[str, ...]]:
    _require(config, interpolation="nearest", data_format="channels_last")
    return "upsample", {"size": list(config["size"])}, ()


def _crop(config: dict[str, Any], given: list[Any]) -> tuple[str, dict[str, Any], tuple[str, ...]]:
    _require(config, data_format="channels_last")
    return "crop", {"from": [pair[0] for pair in config["cropping"]]}, ()


def _lstm(config: dict[str, Any], given: list[Any]) -> tuple[str, dict[str, Any], tuple[str, ...]]:
    plain = {"return_state": False, "go_backwards": False, "stateful": False, "use_bias": True}
    _require(config, activation="tanh", recurrent_activation="sigmoid", **plain)
    return "lstm", {"all": config["return_sequences"]}, ("kernel", "recurrent", "bias")


def _relu(config: dict[str, Any], given: list[Any]) -> tuple[str, dict[str, Any], tuple[str, ...]]:
    _require(config, max_value=None, negative_slope=0.0, threshold=0.0)
    return "activation", {"activation": "relu"}, ()


def _concatenate(config: dict[str, Any], given: list[Any]) -> tuple[str, dict[str, Any], tuple[str, ...]]:
    _require(config, axis=-1)
    return "concatenate", {}, ()


def _top_k(config: dict[str, Any], given: list[Any]) -> tuple[str, dict[str, Any], tuple[str, ...]]:
    return "top_k", {"k": config["k"]}, ()


def _item(config: dict[str, Any], given: list[Any]) -> tuple[str, dict[str, Any], tuple[str, ...]]:
    """A part of the last axis, or one number of it."""
    index, length = given[1][-1], given[0]["config"]["shape"][-1]
    if isinstance(index, int):
        start, stop, step = index % length, index % length + 1, 1
    else:
        start, stop, step = slice(*(index["config"][part] for part in ("start", "stop", "step"))).indices(
            length
        )
    if step != 1:
        raise NotInPage(f"no page knows an index in steps of {step}")
    return "slice", {"start": start, "stop": stop}, ()


def _one_hot(config: dict[str, Any], given: list[Any]) -> tuple[str, dict[str, Any], tuple[str, ...]]:
    _require(config, axis=-1)
    return "one_hot", {"classes": config["num_classes"]}, ()


def _where(config: dict[str, Any], given: list[Any]) -> tuple[str, dict[str, Any], tuple[str, ...]]:
    if given[2] != 0.0:
        raise NotInPage("no page knows a choice between two arrays")
    return "where", {}, ()


def _plain(op: str, **options: Any) -> Rule:
    """The rule of an operation that has nothing to say."""
    return lambda config, given: (op, options, ())


RULES: dict[str, Rule] = {
    "Activation": lambda config, given: ("activation", {"activation": _activation(config)}, ()),
    "Concatenate": _concatenate,
    "Conv2D": _conv,
    "Cropping2D": _crop,
    "Dense": _dense,
    "Embedding": lambda config, given: ("embedding", {}, ("table",)),
    "Flatten": _plain("reshape"),
    "GetItem": _item,
    "GreaterEqual": _plain("greater_equal"),
    "LSTM": _lstm,
    "MaxPooling2D": _pool,
    "OneHot": _one_hot,
    "ReLU": _relu,
    "Relu": _plain("activation", activation="relu"),
    "RepeatVector": _plain("repeat"),
    "Reshape": _plain("reshape"),
    "TopK": _top_k,
    "UpSampling2D": _upsample,
    "Where": _where,
    "ZerosLike": _plain("zeros"),
}
"""How each layer is written down, by the name of its class."""
