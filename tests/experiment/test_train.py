"""Whole runs: what they leave behind, that they can be repeated, stopped and gone on with."""

import json
import os
import shutil
import signal
import threading
import time
import zipfile
from pathlib import Path

import matplotlib.image as image_files
import numpy as np
import pytest

from aecli.core.errors import Interrupted, RequestError, RunError, RunFailed
from aecli.data.splits import prepare
from aecli.runs.evolution import Evolution
from aecli.runs.folder import RunFolder
from aecli.runs.lookup import runs_in
from aecli.runs.record import Record
from tests.whole_runs import (
    COMPILED_LSTM,
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
    network = folder.read_record().network
    files = {str(path.relative_to(folder.path)) for path in folder.path.rglob("*") if path.is_file()}
    events = {name for name in files if "tfevents" in name}
    assert {str(Path(name).parent) for name in events} == {
        "tensorboard",
        "tensorboard/train",
        "tensorboard/test",
    }
    drawn = {
        "loss",
        "reconstructions",
        "codes",
        "projection",
        "interpolation",
        "worst",
        "filters",
        "evolution",
    }
    assert files - events == {
        ".lock",
        "config.yaml",
        "run.json",
        "metrics.csv",
        "evolution.npz",
        "train.log",
        *(f"networks/{network}/{part}.keras" for part in ("autoencoder", "encoder", "decoder")),
        f"networks/{network}/reference.npz",
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
    for path in folder.networks.glob("*/*.keras"):
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


def evolution_of(folder):
    """Epochs, originals and reconstructions that a run keeps of its training."""
    evolution = Evolution.read(folder.evolution)
    assert evolution is not None
    assert list(evolution.reconstructions) == [1, 2, 4], "milestones, and the last"
    return evolution.originals, *evolution.reconstructions.values()


@pytest.mark.usefixtures("no_figures")
@pytest.mark.parametrize(
    "text",
    [DENSE, DENOISING, VAE, LSTM, pytest.param(COMPILED_LSTM, marks=pytest.mark.slow)],
    ids=["dense", "denoising", "vae", "lstm", "compiled lstm"],
)
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
    for part, whole in zip(evolution_of(folder), evolution_of(uncut), strict=True):
        np.testing.assert_array_equal(part, whole)
    with np.load(kept_arrays(folder)) as resumed, np.load(kept_arrays(uncut)) as uninterrupted:
        for name in uninterrupted.files:
            np.testing.assert_array_equal(resumed[name], uninterrupted[name], err_msg=name)
    assert scalar_steps(folder.tensorboard / "train") == [1, 2, 3, 4]
    assert scalar_steps(folder.tensorboard / folder.read_record().monitored) == [1, 2, 3, 4]


def scalar_steps(folder):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(folder))
    events.Reload()
    (total,) = (tag for tag in events.Tags()["tensors"] if tag.endswith("/total"))
    return [event.step for event in events.Tensors(total)]


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
        "model: {type: dense, latent: {dim: 8, activation: relu}}\ndata: {validation_split: 0.2}\n"
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

    kept = opened(folder).network
    best, last = kept.autoencoder.get_weights(), last_weights(folder)
    assert differ(best, last)
    assert monitored_loss(folder, kept) == pytest.approx(losses[0], rel=1e-5)
    # Everything else that a run leaves behind is of the best network too, not of the last one.
    parts = (
        keras_weights(folder.network(record.network) / f"{part}.keras") for part in ("encoder", "decoder")
    )
    assert not differ([weight for part in parts for weight in part], best)
    with np.load(kept_arrays(folder)) as reference:
        codes, test_codes = kept.encode_all(reference["sample_inputs"]), reference["test_codes"]
        assert record.test["reconstruction"] == pytest.approx(reference["test_losses"].mean(), rel=1e-5)
    np.testing.assert_allclose(np.sort(codes, axis=0), np.sort(test_codes, axis=0), atol=1e-5)


BEST = (
    "model: {type: dense, latent: {dim: 8, activation: relu}}\ndata: {validation_split: 0.2}\n"
    "training: {epochs: 2, batch_size: 32, select_best: true, optimizer: {type: adam}}\n"
)


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.usefixtures("no_figures")
def test_a_resumption_that_is_stopped_leaves_a_run_its_network(tmp_path, monkeypatch):
    """Record, network, arrays and metrics are of one network, whatever a later training has reached."""
    from aecli.evaluation.evaluate import evaluate
    from aecli.reports.comparison.compared import read_run
    from aecli.training import callbacks

    folder = train(BEST, tmp_path / "runs")
    before = folder.read_record()
    report = evaluate(opened(folder), 0, [])
    report.write(folder.evaluation)
    saved = callbacks.SaveEpoch.on_epoch_end

    def save_and_interrupt(*arguments):
        saved(*arguments)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(callbacks.SaveEpoch, "on_epoch_end", save_and_interrupt)
    with pytest.raises(Interrupted):
        resume(folder, 6)
    stopped = folder.read_record()
    assert (stopped.status, stopped.epochs_done) == ("interrupted", 3)
    assert names_in(folder.checkpoints)[0] == "best-000003.keras"
    assert (stopped.network, stopped.weights, stopped.test) == (before.network, before.weights, before.test)
    assert stopped.checkpoint_epoch == before.checkpoint_epoch == 2
    again = evaluate(opened(folder), 0, [])
    assert again.checkpoint_epoch == 2
    assert again.own.metrics["reconstruction.mse"] == report.own.metrics["reconstruction.mse"]
    assert not read_run(folder).trouble

    monkeypatch.setattr(callbacks.SaveEpoch, "on_epoch_end", saved)
    resume(folder)
    after = folder.read_record()
    assert after.network != before.network
    assert after.test["total"] < before.test["total"]
    assert names_in(folder.networks) == [after.network]
    assert not [name for name in names_in(folder.checkpoints) if name.startswith("best")]
    assert "evaluate again" in read_run(folder).trouble


class Killed(BaseException):
    """The end of a process."""


@pytest.mark.usefixtures("no_figures")
def test_a_run_that_ends_before_its_record_is_written_has_the_network_from_before(tmp_path, monkeypatch):
    from aecli.experiment import train as experiment

    folder = train(BEST, tmp_path / "runs")
    before = folder.read_record()
    (folder.networks / ".epoch-000009-00000000.tmp").mkdir()
    (folder.checkpoints / ".state-000009.npz.tmp").touch()

    def die(*_, **__):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(experiment, "draw_figures", die)
        with pytest.raises(Killed):
            resume(folder, 4)
    assert len(names_in(folder.networks)) == 2, "the better one has a folder of its own"
    stopped = folder.read_record()
    assert (stopped.network, stopped.weights) == (before.network, before.weights)
    assert opened(folder).reference.weights == [before.weights]
    resume(folder)
    after = folder.read_record()
    assert names_in(folder.networks) == [after.network] != [before.network]
    assert not [name for name in names_in(folder.checkpoints) if name.startswith((".", "best"))]


@pytest.mark.usefixtures("no_figures")
def test_what_does_not_belong_to_the_network_is_never_shown_as_its_own(tmp_path):
    folder = train(DENSE, tmp_path / "runs")
    other = train(DENSE + "seed: 1\n", tmp_path / "others")
    mine, others = (run.network(run.read_record().network) for run in (folder, other))
    shutil.copy(others / "reference.npz", mine / "reference.npz")
    with pytest.raises(RunError, match="belongs to another network"):
        _ = opened(folder).reference
    shutil.copy(others / "autoencoder.keras", mine / "autoencoder.keras")
    with pytest.raises(RunError, match="its weights have another hash"):
        opened(folder)


@pytest.mark.usefixtures("no_figures")
def test_a_test_loss_that_is_no_number_fails_the_run_and_no_table(tmp_path, aecli):
    random = np.random.default_rng(0)
    arrays = {"x_train": random.random((40, 6)), "x_test": random.random((10, 6))}
    arrays["x_test"][3, 2] = 1e30
    np.savez(tmp_path / "rows.npz", **{name: array.astype("float32") for name, array in arrays.items()})
    text = (
        f"model: {{type: dense, latent: {{dim: 2}}, output: linear}}\nobjective: {{loss: mse}}\n"
        f"data: {{name: npz, path: '{tmp_path}/rows.npz', scaling: standard, validation_split: 0.2}}\n"
        "training: {epochs: 1, batch_size: 8}\n"
    )
    train(DENSE, tmp_path / "runs", "good")
    with pytest.raises(RunFailed, match="the loss on the test samples is not a finite number"):
        train(text, tmp_path / "runs", "absurd")
    (absurd,) = (run for run in runs_in(tmp_path / "runs") if run.id.endswith("absurd"))
    record = absurd.read_record()
    assert (record.status, record.network, record.test) == ("failed", None, {})
    for command in ("runs", "compare"):
        ended = aecli(command, "--runs-dir", tmp_path / "runs")
        assert ended.code == 0, ended.err
        assert "absurd" in ended.out
        assert "good" in ended.out


def kept_arrays(folder):
    """The file of what a run keeps of its data."""
    return folder.network(folder.read_record().network) / "reference.npz"


def last_weights(folder):
    """The weights of a run's newest checkpoint, in the order of its autoencoder's."""
    with np.load(max(folder.checkpoints.glob("state-*.npz"))) as state:
        count = len(opened(folder).network.autoencoder.weights)
        return [state[f"v{number:04}"] for number in range(count)]


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
    loss = config.objective.train(network, 88)
    return float(measure(loss, examples, 32, config.seed)["total"].mean())


def test_a_loss_that_explodes_ends_the_run_in_plain_words(tmp_path):
    text = (
        "model: {type: dense}\n"
        "training: {epochs: 5, batch_size: 32, optimizer: {type: sgd, learning_rate: 1e37}}\n"
    )
    with pytest.raises(RunFailed, match=r"epoch 1, step .* learning rate of 1e\+37"):
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
    text = VAE.replace("type: elbo", "type: elbo, beta: 2.5")
    for row in rows_without_times(train(text, tmp_path / "runs")):
        for split in ("", "val_"):
            kl, divergence = (float(row[f"{split}{name}"]) for name in ("kl", "kl_divergence"))
            assert kl == pytest.approx(2.5 * divergence, rel=1e-5)
            total = float(row[f"{split}reconstruction"]) + kl
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
