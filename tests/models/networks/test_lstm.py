from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from aecli.models.networks.lstm import Lstm

if TYPE_CHECKING:
    from aecli.models.autoencoder import Autoencoder

pytestmark = pytest.mark.usefixtures("tensorflow")


def built(model: Lstm, shape: tuple[int, ...], classes: int = 0) -> "Autoencoder":
    from aecli.models.build import build

    return build(model, shape, classes)


def listed(model: Any) -> list[tuple[str, tuple[int, ...]]]:
    return [(type(layer).__name__, tuple(layer.output.shape[1:])) for layer in model.layers]


def test_rows_go_through_one_code_to_rows() -> None:
    network = built(Lstm(), (28, 20))
    assert listed(network.encoder) == [
        ("InputLayer", (28, 20)),
        ("Reshape", (28, 20)),
        ("LSTM", (32,)),
    ]
    assert listed(network.decoder) == [
        ("InputLayer", (32,)),
        ("RepeatVector", (28, 32)),
        ("LSTM", (28, 128)),
        ("Dense", (28, 20)),
        ("Reshape", (28, 20)),
        ("Activation", (28, 20)),
    ]
    assert network.decoder.layers[-1].activation.__name__ == "sigmoid"


def test_it_has_four_gates_of_input_and_state_weights() -> None:
    network = built(Lstm(encoder_units=6, decoder_units=10), (28, 20))
    assert network.encoder.count_params() == 4 * (20 * 6 + 6 * 6 + 6)
    assert network.decoder.count_params() == 4 * (6 * 10 + 10 * 10 + 10) + (10 * 20 + 20)


def test_the_steps_are_the_rows_of_the_image() -> None:
    network = built(Lstm(encoder_units=5), (6, 4))
    images = np.random.default_rng(0).random((1, 6, 4), np.float32)
    kernel, recurrent, bias = (np.asarray(w, np.float64) for w in network.encoder.get_weights())

    def sigmoid(x: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-x))

    state = cell = np.zeros(5)
    for row in images[0].astype(np.float64):
        gate_in, gate_forget, candidate, gate_out = np.split(row @ kernel + state @ recurrent + bias, 4)
        cell = sigmoid(gate_forget) * cell + sigmoid(gate_in) * np.tanh(candidate)
        state = sigmoid(gate_out) * np.tanh(cell)
    np.testing.assert_allclose(np.asarray(network.encode(images))[0], state, atol=1e-5)


def test_the_colours_of_a_row_are_features_of_its_step() -> None:
    network = built(Lstm(encoder_units=6), (5, 4, 3))
    assert listed(network.encoder)[1] == ("Reshape", (5, 12))
    assert listed(network.decoder)[-3:-1] == [("Dense", (5, 12)), ("Reshape", (5, 4, 3))]


def test_a_label_stands_behind_the_features_of_each_step() -> None:
    network = built(Lstm(encoder_units=6, decoder_units=10, condition="label"), (5, 4), classes=3)
    assert network.encoder.get_weights()[0].shape == (4 + 3, 4 * 6)
    assert network.decoder.get_weights()[0].shape == (6 + 3, 4 * 10)
