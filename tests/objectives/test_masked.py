import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aecli.models.latents.plain import Plain
from aecli.models.networks.dense import Dense
from aecli.objectives.masked import Masked
from aecli.objectives.reconstruction import Reconstruction
from tests.objectives.made_up import COUNT, arrays, batch, built, costs, images, terms
from tests.whole_runs import opened, train

pytestmark = pytest.mark.usefixtures("tensorflow")

MODEL = Dense(hidden=(16,), latent=Plain(dim=5, activation="relu"))
HIDDEN = (np.random.default_rng(4).random((COUNT, 8, 8)) < 0.4).astype(np.float32)
INPUTS = images() * (1 - HIDDEN)

ERRORS: dict[str, Any] = {
    "mse": lambda target, output: (target - output) ** 2,
    "mae": lambda target, output: np.abs(target - output),
    "binary_crossentropy": lambda target, output: (
        -target * np.log(output) - (1 - target) * np.log(1 - output)
    ),
    "huber": lambda target, output: np.where(
        np.abs(target - output) < 0.1, (target - output) ** 2 / 0.2, np.abs(target - output) - 0.05
    ),
}


@pytest.mark.parametrize("loss", ERRORS)
def test_the_error_is_the_mean_over_the_numbers_that_were_hidden(loss: Any) -> None:
    network, found = costs(MODEL, Masked(loss=loss), batch(INPUTS, images(), hidden=HIDDEN))
    outputs = np.asarray(network.autoencoder(INPUTS), np.float64)
    numbers = ERRORS[loss](images().astype(np.float64), outputs)
    expected = [numbers[i][HIDDEN[i] > 0].mean() for i in range(COUNT)]
    assert list(found) == ["reconstruction", "total"]
    np.testing.assert_allclose(found["total"], expected, rtol=1e-4)


def test_what_should_come_out_where_nothing_was_hidden_does_not_matter() -> None:
    elsewhere = np.where(HIDDEN > 0, images(), 1 - images()).astype(np.float32)
    there = np.where(HIDDEN > 0, 1 - images(), images()).astype(np.float32)
    first, same, other = (
        costs(MODEL, Masked(), batch(INPUTS, targets, hidden=HIDDEN))[1]["total"]
        for targets in (images(), elsewhere, there)
    )
    np.testing.assert_array_equal(same, first)
    assert (other != first).all()


def test_no_weight_moves_for_a_pixel_that_was_not_hidden(tensorflow: Any) -> None:
    hidden = HIDDEN.copy()
    hidden[:, :4] = 0.0
    network = built(MODEL)
    last = [layer for layer in network.decoder.layers if layer.weights][-1]
    with tensorflow.GradientTape() as tape:
        training = Masked().train(network, 100)
        total = tensorflow.reduce_sum(terms(training, batch(INPUTS, images(), hidden=hidden)).total)
    gradient = np.asarray(tape.gradient(total, last.bias.value)).reshape(8, 8)
    np.testing.assert_array_equal(gradient != 0, hidden.any(axis=0))


def test_padding_is_not_guessed_either() -> None:
    weights = (np.arange(8) < np.array([8, 5, 1, 7, 8, 3])[:, np.newaxis]).astype(np.float32)
    shown = batch(INPUTS, images(), hidden=HIDDEN, weights=weights)
    network, found = costs(MODEL, Masked(), shown)
    counting = HIDDEN * weights[..., np.newaxis]
    squares = np.square(images() - np.asarray(network.autoencoder(INPUTS)))
    expected = (squares * counting).sum(axis=(1, 2)) / counting.sum(axis=(1, 2))
    np.testing.assert_allclose(found["total"], expected, rtol=1e-4)


def test_a_sample_of_which_nothing_was_hidden_costs_nothing() -> None:
    hidden = HIDDEN.copy()
    hidden[2] = 0.0
    _, found = costs(MODEL, Masked(), batch(INPUTS, images(), hidden=hidden))
    assert found["total"][2] == 0.0
    assert (np.delete(found["total"], 2) > 0).all()


def test_where_all_is_hidden_it_is_the_error_of_all() -> None:
    shown = batch(INPUTS, images(), hidden=np.ones_like(HIDDEN))
    _, found = costs(MODEL, Masked(loss="mse"), shown)
    _, plain = costs(MODEL, Reconstruction(loss="mse"), shown)
    np.testing.assert_allclose(found["total"], plain["total"], rtol=1e-6)
    assert arrays(terms(Masked().train(built(MODEL), 100), shown))["total"].shape == (COUNT,)


def test_a_run_is_tested_on_patches_that_are_hidden_in_all_epochs_alike(
    digits: Path, tmp_path: Path, no_figures: None
) -> None:
    from aecli.data.examples import evaluation_examples

    folder = train(
        "model: {type: dense, hidden: [32]}\nobjective: {type: masked, loss: mae}\n"
        f"data: {{path: '{digits}'}}\ncorruption: {{type: masking, fraction: 0.5, patch: 7}}\n"
        "training: {epochs: 2, batch_size: 32, optimizer: {type: adam}}\n",
        tmp_path,
    )
    run = opened(folder)
    with np.load(digits) as stored:
        clean = stored["x_test"].astype(np.float32) / 255
    from aecli.data.splits import Split

    examples = evaluation_examples(run.config.corruption, run.config.seed, Split(clean, None))
    hidden = np.asarray(examples.hidden)
    # Half of the sixteen squares of each image, and nothing beside them.
    squares = hidden.reshape(50, 4, 7, 4, 7).transpose(0, 1, 3, 2, 4).reshape(50, 16, 49)
    assert (squares.min(axis=2) == squares.max(axis=2)).all()
    assert (squares[..., 0].sum(axis=1) == 8).all()
    np.testing.assert_array_equal(examples.inputs, clean * (1 - hidden))
    outputs = np.asarray(run.network.autoencoder(examples.inputs))
    away = np.abs(outputs - clean)
    expected = np.mean([away[i][hidden[i] > 0].mean() for i in range(50)])
    assert run.record.test["total"] == pytest.approx(expected, rel=1e-5)
    with folder.metrics.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert float(rows[-1]["test_total"]) == pytest.approx(expected, rel=1e-5)
    assert expected != pytest.approx(away.mean(), rel=5e-4)
