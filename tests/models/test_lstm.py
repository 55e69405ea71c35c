from typing import Any

import numpy as np
import pytest

from aecli.models.lstm import Lstm

pytestmark = pytest.mark.usefixtures("tensorflow")


def listed(model: Any) -> list[tuple[str, tuple[int, ...]]]:
    return [(type(layer).__name__, tuple(layer.output.shape[1:])) for layer in model.layers]


def test_rows_go_through_one_code_to_rows() -> None:
    network = Lstm().build((28, 20))
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
    network = Lstm(latent_dim=6, decoder_units=10).build((28, 20))
    assert network.encoder.count_params() == 4 * (20 * 6 + 6 * 6 + 6)
    assert network.decoder.count_params() == 4 * (6 * 10 + 10 * 10 + 10) + (10 * 20 + 20)


def test_the_steps_are_the_rows_of_the_image() -> None:
    network = Lstm(latent_dim=5).build((6, 4))
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
    network = Lstm(latent_dim=6).build((5, 4, 3))
    assert listed(network.encoder)[1] == ("Reshape", (5, 12))
    assert listed(network.decoder)[-3:-1] == [("Dense", (5, 12)), ("Reshape", (5, 4, 3))]
