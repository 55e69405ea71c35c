"""LSTMs in training, computed in the way that suits a step that XLA compiles.

Keras multiplies each step's input and state on its own and leaves the gradient to automatic differentiation. Here
the inputs of all steps are multiplied at once, one that is the same at every step once, and the gradients of the
weights are single products over all steps and samples. The four gates stay apart on the way back: XLA writes a
concatenation number by number, which costs more than the three additional products.
"""

from typing import Any

import keras
import tensorflow as tf

from aecli.models.autoencoder import Autoencoder
from aecli.models.cost import weighted_layers


def train_by_hand(network: Autoencoder) -> None:
    """Has the LSTMs of a network computed by `lstm` in training; they are saved and used as Keras's own.

    Args:
        network: Its layers are changed in place.
    """
    for layer in weighted_layers(network):
        if isinstance(layer, keras.layers.LSTM):
            layer.use_cudnn = False  # on a GPU, where XLA can't compile the library's own
            source = keras.tree.flatten(layer.input)[0]._keras_history.operation
            replace_loop(layer, constant=isinstance(source, keras.layers.RepeatVector))


def lstm(
    inputs: Any,
    kernel: Any,
    recurrent_kernel: Any,
    bias: Any,
    *,
    steps: int,
    mask: Any = None,
    every_step: bool = True,
) -> Any:
    """An LSTM with Keras's activations and order of gates (input, forget, cell, output), from a state of zeros.

    Args:
        inputs: (steps, batch, features), or (1, batch, features) if all steps have the same.
        kernel: (features, 4 · units).
        recurrent_kernel: (units, 4 · units).
        bias: (4 · units,).
        steps: How many there are.
        mask: (steps, batch), false where a step leaves the state as it is; None if none does.
        every_step: Whether to return each step's state, or the last one.

    Returns:
        (steps, batch, units), or (batch, units).
    """
    tensors = [tf.convert_to_tensor(each) for each in (inputs, kernel, recurrent_kernel, bias)]
    taken = None if mask is None else tf.cast(mask, tensors[0].dtype)[..., tf.newaxis]

    def with_gradient(inputs: Any, kernel: Any, recurrent: Any, bias: Any) -> tuple[Any, Any]:
        return _lstm(inputs, kernel, recurrent, bias, steps, taken, every_step)

    return tf.custom_gradient(with_gradient)(*tensors)


def replace_loop(layer: Any, constant: bool) -> None:
    """Puts `lstm` in the place of a layer's own loop over the steps, of this layer alone."""
    of_keras = layer.inner_loop

    def inner_loop(sequences: Any, initial_state: Any, mask: Any, training: bool = False) -> Any:
        if not training:
            return of_keras(sequences, initial_state, mask, training=training)
        states = lstm(
            sequences[tf.newaxis, :, 0] if constant else tf.transpose(sequences, (1, 0, 2)),
            layer.cell.kernel,
            layer.cell.recurrent_kernel,
            layer.cell.bias,
            steps=sequences.shape[1],
            mask=None if mask is None else tf.transpose(mask),
            every_step=layer.return_sequences,
        )
        if not layer.return_sequences:
            return states, states[:, tf.newaxis], initial_state
        return states[-1], tf.transpose(states, (1, 0, 2)), initial_state

    layer.inner_loop = inner_loop


def _lstm(
    inputs: Any, kernel: Any, recurrent: Any, bias: Any, steps: int, taken: Any, every_step: bool
) -> tuple[Any, Any]:
    """The states and their gradient."""
    units, features = recurrent.shape[0], inputs.shape[2]
    flat = tf.reshape(inputs, (-1, features))
    products = tf.reshape(tf.matmul(flat, kernel) + bias, (inputs.shape[0], -1, 4 * units))
    zeros = tf.zeros((tf.shape(inputs)[1], units), inputs.dtype)
    product, kept = _reader(products, steps), _reader(taken, steps)

    def forward(step: Any, state: Any, cell: Any, *tapes: Any) -> Any:
        gates = tf.split(product(step) + tf.matmul(state, recurrent), 4, axis=1)
        i, f, g, o = tf.sigmoid(gates[0]), tf.sigmoid(gates[1]), tf.tanh(gates[2]), tf.sigmoid(gates[3])
        next_cell = f * cell + i * g
        bounded = tf.tanh(next_cell)
        next_state = o * bounded
        if taken is not None:
            next_state = tf.where(kept(step) > 0, next_state, state)
            next_cell = tf.where(kept(step) > 0, next_cell, cell)
        noted = (next_state, cell, i, f, g, o, bounded)
        return step + 1, next_state, next_cell, *_write(tapes, step, noted)

    tapes = _tapes(7, steps, zeros)
    _, last, _, *tapes = _loop(lambda step: step < steps, forward, (0, zeros, zeros, *tapes))
    states = tapes[0].stack()

    def gradient(upstream: Any) -> tuple[Any, Any, Any, Any]:
        of_gates = [tf.transpose(of_gate) for of_gate in tf.split(recurrent, 4, axis=1)]
        from_above = _reader(upstream, steps) if every_step else None

        def backward(step: Any, d_state: Any, d_cell: Any, *outs: Any) -> Any:
            if from_above is not None:
                d_state += from_above(step)
            cell, i, f, g, o, bounded = (tape.read(step) for tape in tapes[1:])
            d_out, d_in = d_state, d_cell
            if taken is not None:
                d_out, d_in = d_state * kept(step), d_cell * kept(step)
            d_in += d_out * o * (1 - bounded * bounded)
            d_gates = (
                d_in * g * i * (1 - i),
                d_in * cell * f * (1 - f),
                d_in * i * (1 - g * g),
                d_out * bounded * o * (1 - o),
            )
            before = tf.add_n(
                [tf.matmul(each, of_gate) for each, of_gate in zip(d_gates, of_gates, strict=True)]
            )
            d_in *= f
            if taken is not None:
                before, d_in = before + d_state * (1 - kept(step)), d_in + d_cell * (1 - kept(step))
            return step - 1, before, d_in, *_write(outs, step, d_gates)

        start = (steps - 1, zeros if every_step else upstream, zeros, *_tapes(4, steps, zeros))
        gates = [out.stack() for out in _loop(lambda step: step >= 0, backward, start)[3:]]
        previous = tf.reshape(tf.concat([zeros[tf.newaxis], states[:-1]], 0), (-1, units))
        of_recurrent = _weights(previous, [tf.reshape(gate, (-1, units)) for gate in gates])
        if inputs.shape[0] == 1:
            gates = [tf.reduce_sum(gate, 0) for gate in gates]
        gates = [tf.reshape(gate, (-1, units)) for gate in gates]
        of_inputs = tf.matmul(tf.concat(gates, 1), kernel, transpose_b=True)
        of_bias = tf.concat([tf.reduce_sum(gate, 0) for gate in gates], 0)
        return tf.reshape(of_inputs, tf.shape(inputs)), _weights(flat, gates), of_recurrent, of_bias

    return states if every_step else last, gradient


def _weights(before: Any, gates: list[Any]) -> Any:
    """The gradient of weights from what they were multiplied with, (rows, numbers), and that of each gate."""
    transposed = tf.transpose(before)
    return tf.concat([tf.matmul(transposed, gate) for gate in gates], 1)


def _reader(values: Any, steps: int) -> Any:
    """A function from a step to its values; of a single one, always to that."""
    if values is None or (values.shape[0] == 1 and steps > 1):
        return lambda step: values[0]
    return tf.TensorArray(values.dtype, steps, clear_after_read=False).unstack(values).read


def _tapes(count: int, steps: int, like: Any) -> list[Any]:
    """Arrays that hold something of each step."""
    return [
        tf.TensorArray(like.dtype, steps, element_shape=like.shape, clear_after_read=False)
        for _ in range(count)
    ]


def _write(tapes: Any, step: Any, values: Any) -> list[Any]:
    """The arrays with a step's values."""
    return [tape.write(step, value) for tape, value in zip(tapes, values, strict=True)]


def _loop(goes_on: Any, body: Any, start: tuple[Any, ...]) -> Any:
    """A loop over steps, the first of its variables."""
    return tf.while_loop(lambda step, *_: goes_on(step), body, start, parallel_iterations=1)
