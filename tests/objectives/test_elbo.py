import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aecli.models.latents.gaussian import Gaussian
from aecli.models.latents.latent import Step
from aecli.models.networks.dense import Dense
from aecli.objectives.elbo import Elbo
from tests.objectives.made_up import arrays, batch, built, costs, images, terms
from tests.whole_runs import opened, train

pytestmark = pytest.mark.usefixtures("tensorflow")

MODEL = Dense(hidden=(16,), latent=Gaussian(dim=3))


def by_hand(network: Any) -> tuple[np.ndarray, np.ndarray]:
    """What the draws of `costs` decode to, and the KL divergence of each latent dimension."""
    encoded = network.encoded(images())
    step = Step(np.array([3, 4], np.int32), np.ones(6, np.float32), training=False)
    outputs = np.asarray(network.decode(network.draw(encoded, step).latent), np.float64)
    mean, log_var = (np.asarray(each, np.float64) for each in encoded)
    return outputs, (mean**2 + np.exp(log_var) - log_var - 1) / 2


@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian"])
def test_the_likelihood_is_the_sum_over_the_pixels_of_what_a_draw_decodes_to(likelihood: Any) -> None:
    network, parts = costs(MODEL, Elbo(likelihood=likelihood))
    outputs, divergence = by_hand(network)
    targets = images().astype(np.float64)
    pixels = {
        "bernoulli": -(targets * np.log(outputs) + (1 - targets) * np.log(1 - outputs)),
        "gaussian": ((targets - outputs) ** 2 + np.log(2 * np.pi)) / 2,
    }[likelihood]
    assert list(parts) == ["reconstruction", "kl", "total"]
    np.testing.assert_allclose(parts["reconstruction"], pixels.sum(axis=(1, 2)), rtol=1e-5)
    np.testing.assert_allclose(parts["kl"], divergence.sum(axis=1), rtol=1e-4)
    np.testing.assert_allclose(parts["total"], parts["reconstruction"] + parts["kl"], rtol=1e-6)


@pytest.mark.parametrize("beta", [0.0, 0.5, 4.0])
def test_beta_weights_the_divergence_which_is_shown_as_it_is(beta: float) -> None:
    _, plain = costs(MODEL, Elbo())
    _, parts = costs(MODEL, Elbo(beta=beta))
    assert list(parts) == ["reconstruction", "kl", "kl_divergence", "total"]
    assert plain["kl"].min() > 0.0
    np.testing.assert_array_equal(parts["reconstruction"], plain["reconstruction"])
    np.testing.assert_allclose(parts["kl_divergence"], plain["kl"], rtol=1e-6)
    np.testing.assert_allclose(parts["kl"], beta * plain["kl"], rtol=1e-6)
    np.testing.assert_allclose(parts["total"], parts["reconstruction"] + beta * plain["kl"], rtol=1e-6)


def test_a_warm_up_charges_the_divergence_step_by_step_while_training_alone() -> None:
    network = built(MODEL)
    training = Elbo(beta=2.0, warmup=4).train(network, 100)
    found = []
    for epoch in range(7):
        training.begin_epoch(epoch)
        parts = arrays(terms(training, batch(), moving=True))
        found.append(float(parts["kl"].sum() / parts["kl_divergence"].sum()))
        measured = arrays(terms(training, batch()))
        np.testing.assert_allclose(measured["kl"], 2.0 * measured["kl_divergence"], rtol=1e-6)
    assert found == pytest.approx([0.0, 0.5, 1.0, 1.5, 2.0, 2.0, 2.0])


def test_free_bits_are_charged_whether_used_or_not(tensorflow: Any) -> None:
    network = built(MODEL)
    _, divergence = by_hand(network)
    used = divergence.mean(axis=0)
    bits = float(np.sort(used)[:2].mean())
    assert np.sort(used)[0] < bits < np.sort(used)[1], "one dimension must lie below and two above"
    training = Elbo(free_bits=bits).train(network, 100)
    parts = arrays(terms(training, batch()))
    expected = np.where(used > bits, divergence, bits).sum(axis=1)
    np.testing.assert_allclose(parts["kl"], expected, rtol=1e-4)
    np.testing.assert_allclose(parts["kl_divergence"], divergence.sum(axis=1), rtol=1e-4)

    # What lies below moves no weights.
    (kernel,) = (network.encoder.get_layer("z_mean").kernel,)
    with tensorflow.GradientTape() as tape:
        charged = tensorflow.reduce_sum(terms(training, batch()).charged["kl"])
    gradient = np.abs(tape.gradient(charged, kernel.value)).max(axis=0)
    assert ((gradient > 0) == (used > bits)).all()


def test_what_fills_a_batch_up_is_not_counted_in_what_is_free() -> None:
    network = built(MODEL)
    training = Elbo(free_bits=0.1).train(network, 100)
    some = arrays(terms(training, batch(images()[:4])))
    counted = np.array([1, 1, 1, 1, 0, 0], np.float32)
    filled = arrays(terms(training, batch(np.concatenate([images()[:4], 0 * images()[:2]]), counted=counted)))
    np.testing.assert_allclose(filled["kl"][:4], some["kl"], rtol=1e-5)


def test_the_deviation_of_a_gaussian_likelihood_is_learned_with_the_weights() -> None:
    training = Elbo(likelihood="gaussian").train(built(MODEL), 100)
    assert training.learned == {"sigma": 1.0}
    for variables in (training.trainable_variables, training.variables):
        assert any(variable is training.distortion.width for variable in variables)
    assert Elbo().train(built(MODEL), 100).learned == {}


def test_a_run_learns_the_deviation_of_the_noise_in_its_data(tmp_path: Path, no_figures: None) -> None:
    # Two numbers make twelve of variance 1, and each of these has noise: all that a linear network can't learn.
    rng, noise = np.random.default_rng(0), 0.3
    mixing = rng.normal(size=(2, 12))
    mixing *= (1 - noise**2) ** 0.5 / np.linalg.norm(mixing, axis=0)
    mixed = rng.normal(size=(768, 2)) @ mixing + noise * rng.normal(size=(768, 12))
    train_rows, test_rows = np.split(mixed.astype(np.float32), [512])
    np.savez(tmp_path / "rows.npz", x_train=train_rows, x_test=test_rows)
    folder = train(
        "model: {type: dense, latent: {type: gaussian, dim: 2}, output: linear}\n"
        "objective: {type: elbo, likelihood: gaussian}\n"
        f"data: {{name: npz, path: '{tmp_path / 'rows.npz'}', scaling: standard}}\n"
        "training: {epochs: 40, batch_size: 16, schedule: {type: cosine},"
        " optimizer: {type: adam, learning_rate: 0.05}}\n",
        tmp_path,
    )
    run = opened(folder)
    with folder.metrics.open(newline="") as file:
        sigmas = [float(row["sigma"]) for row in csv.DictReader(file)]
    assert len(sigmas) == 40
    assert sigmas[0] > 0.5
    assert sigmas[-1] == pytest.approx(noise, rel=0.1)
    assert run.record.learned == {"sigma": pytest.approx(sigmas[-1], rel=1e-6)}
    assert run.distortion.learned == pytest.approx(run.record.learned)
