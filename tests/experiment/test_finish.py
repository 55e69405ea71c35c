"""What a training leaves behind, each number against NumPy."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from aecli.core.errors import RunFailed
from aecli.core.seeds import Role, number
from aecli.experiment.finish import keep_network, save_candidate
from aecli.experiment.prepare import Experiment, prepare_experiment
from aecli.runs.creation import create
from aecli.runs.folder import RunFolder
from aecli.runs.reference import Reference
from aecli.runs.weights import weights_hash
from aecli.training.history import History
from tests.runs.test_record import record
from tests.whole_runs import DENOISING, DENSE, VAE, config

pytestmark = pytest.mark.usefixtures("tensorflow", "mnist")

ROW = {"total": 0.7, "test_total": 0.7}


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return create(tmp_path / "runs", "made-up")


def keep(experiment: Experiment, folder: RunFolder, history: History) -> dict[str, Any]:
    loss = experiment.config.objective.train(experiment.network, len(experiment.data.train))
    return keep_network(experiment, loss, folder, history)


def cross_entropy(target: np.ndarray, output: np.ndarray) -> np.ndarray:
    """The binary cross-entropy of each pixel, by its definition."""
    p = output.astype(np.float64)
    return -(target * np.log(p) + (1 - target) * np.log(1 - p)).reshape(len(target), -1)


def loaded(place: Path, part: str) -> Any:
    return keras.models.load_model(place / f"{part}.keras", compile=False)


def test_the_test_loss_is_the_cross_entropy_of_the_reconstruction(folder: RunFolder) -> None:
    experiment = prepare_experiment(config(DENSE))
    kept = keep(experiment, folder, History([ROW] * 4))
    test = experiment.data.test.samples[:]
    losses = cross_entropy(test, np.asarray(experiment.network.autoencoder(test))).mean(axis=1)
    assert kept["test"] == {
        "reconstruction": pytest.approx(losses.mean(), rel=1e-5),
        "total": pytest.approx(losses.mean(), rel=1e-5),
    }
    assert (kept["checkpoint"], kept["checkpoint_epoch"]) == ("last", 4)
    assert kept["weights"] == weights_hash(experiment.network)
    assert kept["network"] == f"epoch-000004-{kept['weights'][:8]}"


def test_what_is_kept_agrees_with_one_another(folder: RunFolder) -> None:
    experiment = prepare_experiment(config(DENSE))
    kept = keep(experiment, folder, History([ROW]))
    place, test = folder.network(kept["network"]), experiment.data.test.samples[:]
    assert sorted(path.name for path in place.iterdir()) == [
        "autoencoder.keras",
        "decoder.keras",
        "encoder.keras",
        "reference.npz",
    ]
    codes = np.asarray(loaded(place, "encoder")(test))
    outputs = np.asarray(loaded(place, "decoder")(codes))
    np.testing.assert_allclose(np.asarray(loaded(place, "autoencoder")(test)), outputs, rtol=1e-5, atol=1e-6)

    facts = record(data=experiment.data.record, latent_shape=[8], weights=kept["weights"])
    reference = Reference.read(place / "reference.npz", facts)
    losses = cross_entropy(test, outputs).mean(axis=1)
    np.testing.assert_allclose(reference.test_losses, losses, rtol=1e-4)
    np.testing.assert_allclose(reference.test_codes, codes, rtol=1e-4, atol=1e-5)
    assert reference.samples.shape == (50, 28, 28)
    np.testing.assert_array_equal(reference.worst[0], test[losses.argmax()])
    train = experiment.data.train.samples[:]
    trained = cross_entropy(train, np.asarray(loaded(place, "autoencoder")(train))).mean(axis=1)
    np.testing.assert_allclose(reference.train_losses[[0, -1]], [trained.min(), trained.max()], rtol=1e-4)


def test_noise_goes_in_and_the_clean_samples_should_come_out(folder: RunFolder) -> None:
    experiment = prepare_experiment(config(DENOISING))
    kept = keep(experiment, folder, History([ROW]))
    corruption, test = experiment.config.corruption, experiment.data.test.samples[:]
    assert corruption is not None
    noisy = np.asarray(corruption.apply(test, [number(0, Role.EVALUATION_CORRUPTION), 0]))
    losses = cross_entropy(test, np.asarray(experiment.network.autoencoder(noisy))).mean(axis=1)
    assert kept["test"]["total"] == pytest.approx(losses.mean(), rel=1e-5)
    with np.load(folder.network(kept["network"]) / "reference.npz") as reference:
        np.testing.assert_allclose(reference["test_losses"], losses, rtol=1e-4)
        assert (reference["samples"] != reference["sample_inputs"]).any()
        # Later samples are scored against those that are fed in clean.
        train = experiment.data.train.samples[:]
        clean = cross_entropy(train, np.asarray(experiment.network.autoencoder(train))).mean(axis=1)
        np.testing.assert_allclose(reference["train_losses"][[0, -1]], [clean.min(), clean.max()], rtol=1e-4)


def test_the_terms_of_a_vaes_loss(folder: RunFolder) -> None:
    experiment = prepare_experiment(config(VAE.replace(", early_stopping: {patience: 4}", "")))
    kept = keep(experiment, folder, History([{"total": 1.0, "val_total": 1.0}]))
    network, test = experiment.network, experiment.data.test.samples[:]
    means, log_variances = (np.asarray(part, np.float64) for part in network.encoder(test))
    divergence = 0.5 * (means**2 + np.exp(log_variances) - 1 - log_variances).sum(axis=1)
    assert kept["test"]["kl"] == pytest.approx(divergence.mean(), rel=1e-4)
    parts = kept["test"]["reconstruction"] + kept["test"]["kl"]
    assert kept["test"]["total"] == pytest.approx(parts, rel=1e-6)
    # Each test sample's loss in the reference is that of its mean code.
    expected = cross_entropy(test, np.asarray(network.decoder(means.astype(np.float32)))).sum(axis=1)
    with np.load(folder.network(kept["network"]) / "reference.npz") as reference:
        np.testing.assert_allclose(reference["test_losses"], expected, rtol=1e-4)


def shifted(experiment: Experiment, by: float) -> str:
    """Changes all weights; returns their hash."""
    network = experiment.network.autoencoder
    network.set_weights([weights + np.float32(by) for weights in network.get_weights()])
    return weights_hash(experiment.network)


def test_where_the_best_epoch_is_selected_the_network_goes_back_to_it(folder: RunFolder) -> None:
    experiment = prepare_experiment(config(VAE))
    hashes = []
    for epoch in (1, 2, 3):
        hashes.append(shifted(experiment, 0.01))
        save_candidate(experiment.network, folder, epoch)
    shifted(experiment, 0.5)
    assert sorted(path.name for path in folder.checkpoints.iterdir()) == [
        "best-000002.keras",
        "best-000003.keras",
    ]
    history = History([{"val_total": loss} for loss in (9.0, 8.0, 7.0, 7.5)])
    kept = keep(experiment, folder, history)
    assert (kept["checkpoint"], kept["checkpoint_epoch"], kept["weights"]) == ("best", 3, hashes[2])
    assert weights_hash(experiment.network) == hashes[2]
    # With the candidates swept away the kept network itself is the one to go back to.
    for path in folder.checkpoints.iterdir():
        path.unlink()
    shifted(experiment, 0.5)
    assert keep(experiment, folder, history) == kept


def test_a_loss_that_is_no_number_is_said_and_nothing_is_kept(folder: RunFolder) -> None:
    experiment = prepare_experiment(config(DENSE))
    shifted(experiment, float("nan"))
    with pytest.raises(RunFailed, match="the loss on the test samples is not a finite number"):
        keep(experiment, folder, History([ROW]))
    assert list(folder.networks.iterdir()) == []
