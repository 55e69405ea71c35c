"""Whole runs: what they leave behind, that they can be repeated, stopped and gone on with."""

import json
import os
import signal
import threading
import time
import zipfile
from pathlib import Path

import matplotlib.image as image_files
import numpy as np
import pytest

from aecli.core.errors import Interrupted, RequestError, RunFailed
from aecli.data.splits import prepare
from aecli.runs.folder import RunFolder
from aecli.runs.record import Record
from aecli.runs.weights import load_weights
from tests.whole_runs import (
    DENOISING,
    DENSE,
    LSTM,
    VAE,
    heard,
    only_run,
    opened,
    resume,
    rows_without_times,
    train,
    weights,
)

pytestmark = pytest.mark.usefixtures("tensorflow", "mnist")


def test_a_run_folder_explains_itself(tmp_path):
    folder = train(DENOISING, tmp_path / "runs", "noisy")
    files = {str(path.relative_to(folder.path)) for path in folder.path.rglob("*") if path.is_file()}
    events = {name for name in files if "tfevents" in name}
    assert {str(Path(name).parent) for name in events} == {
        "tensorboard",
        "tensorboard/train",
        "tensorboard/test",
    }
    drawn = {"loss", "reconstructions", "codes", "projection", "interpolation", "worst"}
    assert files - events == {
        ".lock",
        "config.yaml",
        "run.json",
        "metrics.csv",
        "train.log",
        "reference.npz",
        *(f"checkpoints/{name}.keras" for name in ("last", "encoder", "decoder")),
        "checkpoints/state-000003.npz",
        "checkpoints/state-000004.npz",
        *(
            f"tensorboard/{name}"
            for name in ("codes.tsv", "labels.tsv", "sprite.png", "projector_config.pbtxt")
        ),
        *(f"figures/{name}.png" for name in drawn),
    }
    for path in folder.figures.glob("*.png"):
        image = image_files.imread(path)
        assert image.std() > 0.01, f"{path.name} is blank"
    for path in folder.checkpoints.glob("*.keras"):
        assert zipfile.is_zipfile(path)


@pytest.mark.usefixtures("no_figures")
def test_the_record_says_what_was_done(tmp_path):
    folder = train(DENSE, tmp_path / "runs")
    record = json.loads(folder.record_file.read_text())
    assert record["status"] == "completed"
    assert record["data"]["name"] == "mnist"
    assert (record["data"]["train_samples"], record["data"]["test_samples"]) == (110, 50)
    assert record["parameters"] == 784 * 8 + 8 + 8 * 784 + 784
    assert record["unit"] == "nats/pixel"
    assert record["monitored"] == "test"
    assert (record["checkpoint"], record["checkpoint_epoch"], record["epochs_done"]) == ("last", 4, 4)
    assert record["test"]["total"] == pytest.approx(record["metrics"]["test_total"], rel=1e-5)
    assert set(record["versions"]) >= {"aecli", "python", "tensorflow", "keras"}
    rows = rows_without_times(folder)
    assert [row["epoch"] for row in rows] == ["1", "2", "3", "4"]
    assert float(rows[-1]["total"]) < float(rows[0]["total"])


@pytest.mark.usefixtures("no_figures")
@pytest.mark.parametrize("text", [DENSE, DENOISING, VAE], ids=["dense", "denoising", "vae"])
def test_the_config_of_a_run_gives_the_same_run_again(text, tmp_path):
    first = train(text, tmp_path / "runs")
    again = train(first.config.read_text(), tmp_path / "runs")
    assert again.config.read_text() == first.config.read_text()
    assert rows_without_times(again) == rows_without_times(first)
    assert weights(again) == weights(first)


@pytest.mark.usefixtures("no_figures")
def test_another_seed_gives_another_run(tmp_path):
    assert weights(train(DENSE, tmp_path / "runs")) != weights(train(DENSE + "seed: 1\n", tmp_path / "runs"))


@pytest.mark.usefixtures("no_figures")
@pytest.mark.parametrize("text", [DENSE, DENOISING, VAE, LSTM], ids=["dense", "denoising", "vae", "lstm"])
def test_interrupted_and_resumed_equals_uninterrupted(text, tmp_path, monkeypatch):
    from aecli.training import callbacks

    uncut = train(text, tmp_path / "runs", "uncut")
    saved = callbacks.SaveEpoch.on_epoch_end

    def save_and_interrupt(*arguments):
        saved(*arguments)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(callbacks.SaveEpoch, "on_epoch_end", save_and_interrupt)
    with pytest.raises(Interrupted, match="--resume"):
        train(text, tmp_path / "runs", "cut")
    folder = RunFolder(max((tmp_path / "runs").glob("*-cut")))
    assert Record.read(folder.record_file).status == "interrupted"
    with pytest.raises(Interrupted):  # goes on for one epoch and is stopped again
        resume(folder)
    monkeypatch.setattr(callbacks.SaveEpoch, "on_epoch_end", saved)
    resume(folder)

    assert weights(folder) == weights(uncut)
    assert rows_without_times(folder) == rows_without_times(uncut)
    assert folder.config.read_text() == uncut.config.read_text()
    with np.load(folder.reference) as resumed, np.load(uncut.reference) as uninterrupted:
        for name in uninterrupted.files:
            np.testing.assert_array_equal(resumed[name], uninterrupted[name], err_msg=name)
    assert scalar_steps(folder.tensorboard / "train") == [1, 2, 3, 4]
    assert scalar_steps(folder.tensorboard / folder.read_record().monitored) == [1, 2, 3, 4]


def scalar_steps(folder):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(folder))
    events.Reload()
    return [event.step for event in events.Tensors("total")]


@pytest.mark.usefixtures("no_figures")
def test_raising_the_epochs_goes_on_with_a_complete_run(tmp_path):
    long = train(DENSE, tmp_path / "runs", "long")
    short = train(DENSE.replace("epochs: 4", "epochs: 2"), tmp_path / "runs", "short")
    with pytest.raises(RequestError, match="complete"):
        resume(short)
    with pytest.raises(RequestError, match="2 epochs already"):
        resume(short, 1)
    resume(short, 4)
    assert weights(short) == weights(long)


@pytest.mark.usefixtures("no_figures")
def test_a_run_whose_data_changed_is_not_resumed(tmp_path):
    folder = train(DENSE, tmp_path / "runs")
    with np.load(tmp_path / "mnist.npz") as file:
        arrays = dict(file)
    arrays["x_train"][0, 0, 0] ^= 1
    np.savez(tmp_path / "mnist.npz", **arrays)
    with pytest.raises(RequestError, match="other data"):
        resume(folder, 6)


@pytest.mark.usefixtures("no_figures")
def test_the_best_epoch_is_kept_where_it_is_selected(tmp_path):
    # The rate is far too high: the second epoch undoes what the first one learned.
    text = (
        "model: {type: dense, latent_dim: 8}\ndata: {validation_split: 0.2}\n"
        "training: {epochs: 2, batch_size: 32, select_best: true,"
        " optimizer: {type: sgd, learning_rate: 40.0}}\n"
    )
    folder = train(text, tmp_path / "runs")
    losses = [float(row["val_total"]) for row in rows_without_times(folder)]
    assert losses[0] < losses[1] - 0.05, "the best epoch must not be the last one"
    record = folder.read_record()
    assert record.monitored == "validation"
    assert record.checkpoint == "best"
    assert record.checkpoint_epoch == 1

    best, last = (loaded(folder, name).autoencoder.get_weights() for name in ("best", "last"))
    assert differ(best, last)
    kept = opened(folder).network
    assert not differ(kept.autoencoder.get_weights(), best)
    assert monitored_loss(folder, kept) == pytest.approx(losses[0], rel=1e-5)
    # Everything else that a run leaves behind is of the best network too, not of the last one.
    parts = (keras_weights(folder.network(part)) for part in ("encoder", "decoder"))
    assert not differ([weight for part in parts for weight in part], best)
    with np.load(folder.reference) as reference:
        codes, test_codes = kept.encode_all(reference["sample_inputs"]), reference["test_codes"]
        assert record.test["reconstruction"] == pytest.approx(reference["test_losses"].mean(), rel=1e-5)
    np.testing.assert_allclose(np.sort(codes, axis=0), np.sort(test_codes, axis=0), atol=1e-5)


def loaded(folder, name):
    """The network of a run with the weights of one of its files."""
    network = opened(folder).network
    load_weights(network.autoencoder, folder.network(name))
    return network


def keras_weights(path):
    import keras

    return keras.models.load_model(path, compile=False).get_weights()


def differ(some, others):
    return any((one != other).any() for one, other in zip(some, others, strict=True))


def monitored_loss(folder, network):
    """The total loss of a run's held-out samples, measured anew."""
    from aecli.data.examples import evaluation_examples
    from aecli.training.measure import measure

    config = opened(folder).config
    held_out = prepare(config.data.read(), config.seed).monitored
    examples = evaluation_examples(config.corruption, config.seed, held_out)
    return float(measure(network, config.training.loss, examples, 32, config.seed)["total"].mean())


def test_a_loss_that_explodes_ends_the_run_in_plain_words(tmp_path):
    text = (
        "model: {type: dense}\n"
        "training: {epochs: 5, batch_size: 32, optimizer: {type: sgd, learning_rate: 3e38}}\n"
    )
    with pytest.raises(RunFailed, match=r"epoch 1, step .* learning rate of 3e\+38"):
        train(text, tmp_path / "runs")
    record = only_run(tmp_path / "runs").read_record()
    assert record.status == "failed"
    assert "clipnorm" in (record.reason or "")


@pytest.mark.usefixtures("no_figures")
def test_sigterm_stops_a_run_between_two_chunks(tmp_path):
    def stop_soon():
        while not list((tmp_path / "runs").glob("*/checkpoints/state-*")):
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=stop_soon)
    thread.start()
    with pytest.raises(Interrupted) as stop:
        train(DENSE.replace("epochs: 4", "epochs: 5000"), tmp_path / "runs")
    thread.join()
    assert stop.value.exit_code == 143
    folder = only_run(tmp_path / "runs")
    record = folder.read_record()
    assert record.status == "interrupted"
    assert record.epochs_done == len(rows_without_times(folder))


@pytest.mark.usefixtures("no_figures")
def test_the_gaussian_parts_of_a_vae_add_up_in_every_row(tmp_path):
    text = VAE.replace("hidden: [16]", "hidden: [16], beta: 2.5")
    for row in rows_without_times(train(text, tmp_path / "runs")):
        for split in ("", "val_"):
            total = float(row[f"{split}reconstruction"]) + 2.5 * float(row[f"{split}kl"])
            assert float(row[f"{split}total"]) == pytest.approx(total, rel=1e-5)


def test_a_figure_that_fails_costs_no_run(tmp_path, monkeypatch):
    from aecli.figures import worst

    def broken(scene):
        raise RuntimeError("no ink")

    monkeypatch.setattr(worst, "draw", broken)
    with heard() as warnings:
        folder = train(DENSE, tmp_path / "runs")
    assert folder.read_record().status == "completed"
    assert any("no ink" in warning for warning in warnings)
    assert "no ink" in folder.log.read_text()
