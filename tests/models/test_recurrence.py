"""LSTMs computed by hand in training."""

from itertools import product
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from aecli.models.recurrence import replace_loop

BATCH, STEPS, FEATURES, UNITS = 5, 6, 3, 4


def network(constant: bool, every_step: bool, mask: bool) -> Any:
    """A model of one LSTM, behind a repeated vector or a sequence."""
    given = keras.Input((FEATURES,) if constant else (STEPS, FEATURES))
    sequence = keras.layers.RepeatVector(STEPS)(given) if constant else given
    told = keras.Input((STEPS,), dtype="bool")
    output = keras.layers.LSTM(UNITS, return_sequences=every_step)(sequence, mask=told if mask else None)
    return keras.Model([given, told], output)


def computed(model: Any, inputs: Any, mask: Any, weights: Any, xla: bool) -> list[Any]:
    """The output in training, and the gradients of a sum of it: of the inputs and of each weight."""

    @tf.function(jit_compile=xla)
    def step(inputs: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            output = model([inputs, mask], training=True)
            loss = tf.reduce_sum(output * weights)
        return output, *tape.gradient(loss, [inputs, *model.trainable_variables])

    return list(step(inputs))


@pytest.mark.parametrize(
    ("constant", "every_step", "mask", "xla"),
    [(*case, False) for case in product((False, True), repeat=3)]
    + [(False, False, True, True), (True, True, False, True)],
)
def test_outputs_and_gradients_are_those_of_keras(
    constant: bool, every_step: bool, mask: bool, xla: bool
) -> None:
    draw = np.random.default_rng(0)
    ours, theirs = (network(constant, every_step, mask) for _ in range(2))
    theirs.set_weights([draw.normal(size=weight.shape) for weight in theirs.get_weights()])
    ours.set_weights(theirs.get_weights())
    replace_loop(ours.layers[-1], constant)
    inputs = tf.constant(
        draw.normal(size=(BATCH, FEATURES) if constant else (BATCH, STEPS, FEATURES)), tf.float32
    )
    weights = tf.constant(
        draw.normal(size=(BATCH, STEPS, UNITS) if every_step else (BATCH, UNITS)), tf.float32
    )
    taken = tf.constant(draw.random((BATCH, STEPS)) > 0.4)
    expected = computed(theirs, inputs, taken, weights, xla=False)
    for one, other in zip(computed(ours, inputs, taken, weights, xla), expected, strict=True):
        assert np.abs(other).max() > 0.1
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5)


def test_a_layer_is_saved_as_keras_own() -> None:
    ours, theirs = (network(constant=True, every_step=True, mask=False) for _ in range(2))
    replace_loop(ours.layers[-1], constant=True)
    assert type(ours.layers[-1]) is keras.layers.LSTM
    assert ours.layers[-1].get_config().keys() == theirs.layers[-1].get_config().keys()
