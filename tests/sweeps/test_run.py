"""Whole sweeps by the command, their processes killed."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from aecli.config.load import open_config
from aecli.core.errors import RequestError
from aecli.runs.lookup import runs_in
from aecli.runs.record import Status
from aecli.sweeps import drive as driving
from aecli.sweeps.folder import SweepFolder
from aecli.sweeps.opening import open_sweep
from aecli.sweeps.run import on_all_samples, run_sweep
from tests.sweeps.made_up import TEXT, MadeUpWorkers, opened, outcome, study_of
from tests.whole_runs import config, write_digits

BASE = """
base:
  model: {type: dense, latent: {dim: 4, activation: relu}}
  training: {epochs: EPOCHS, batch_size: 32, optimizer: {type: adam}}
search:
  training.optimizer.learning_rate: {log: [1e-3, 1e-1]}
trials: TRIALS
"""


def start(file, folder, *arguments):
    command = [sys.executable, "-m", "aecli", "sweep", str(file), "--into", str(folder.path), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def workers_of(folder):
    """The numbers of the processes that train."""
    numbers = [path.read_text() for path in folder.trials.glob("*.lock")]
    return [int(number) for number in numbers if number and Path(f"/proc/{number}").exists()]


def wait_for(condition, process):
    while not condition():
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)


def kill(number):
    with suppress(ProcessLookupError):
        os.kill(number, signal.SIGKILL)


def sweep_of(tmp_path, monkeypatch, epochs, trials):
    write_digits(tmp_path / "mnist.npz")
    monkeypatch.setenv("AECLI_DATA_DIR", str(tmp_path))
    file = tmp_path / "lr.yaml"
    file.write_text(BASE.replace("EPOCHS", str(epochs)).replace("TRIALS", str(trials)))
    return file, SweepFolder(tmp_path / "lr")


def check(file, folder, trials):
    """Each trial has one run that is complete, and the winner one on all samples."""
    study = study_of(open_sweep(file, "lr"), folder)
    assert [state for _, _, state, _ in outcome(study)] == ["COMPLETE"] * trials
    records = [run.read_record() for run in runs_in(folder.runs)]
    assert len(records) == trials
    assert {record.status for record in records} == {Status.COMPLETED}
    (winner,) = runs_in(folder.winner)
    assert winner.read_record().data["train_samples"] == 110
    assert records[0].data["train_samples"] == 99
    best = open_config(str(folder.best)).config
    assert (
        best.training.optimizer.learning_rate == study.complete[0].params["training.optimizer.learning_rate"]
    )
    return study


def test_a_sweep_whose_driver_and_worker_are_killed_comes_to_its_end(tmp_path, monkeypatch):
    file, folder = sweep_of(tmp_path, monkeypatch, 3, 3)
    driver = start(file, folder, "--workers", "2")
    wait_for(lambda: len(workers_of(folder)) == 2, driver)
    driver.kill()
    driver.communicate()
    orphans = workers_of(folder)
    assert len(orphans) == 2
    driver = start(file, folder, "--workers", "2")
    time.sleep(1.0)
    kill(orphans[0])
    out, err = driver.communicate(timeout=300)
    assert driver.returncode == 0, err
    check(file, folder, 3)
    assert "Held-out samples, by which it was chosen: val_reconstruction" in out
    assert "trained again on all 110 training samples" in out
    report = folder.report.read_text()
    assert "![The metric against each setting](figures/slices.png)" in report
    assert (folder.figures / "slices.png").stat().st_size > 5_000


@pytest.mark.slow
def test_twenty_kills_lose_nothing(tmp_path, monkeypatch):
    outcomes, instants = {}, random.Random(1)
    for place in ("undisturbed", "killed"):
        (tmp_path / place).mkdir()
        file, folder = sweep_of(tmp_path / place, monkeypatch, 40, 6)
        for _ in range(20 if place == "killed" else 0):
            driver = start(file, folder)
            with suppress(subprocess.TimeoutExpired):
                driver.communicate(timeout=instants.uniform(2, 12))
            victims = instants.choice(["driver", "worker", "both"])
            for number in workers_of(folder) if victims != "driver" else []:
                kill(number)
            if victims == "worker":
                with suppress(subprocess.TimeoutExpired):
                    driver.communicate(timeout=instants.uniform(1, 6))
            driver.kill()
            driver.communicate()
        driver = start(file, folder)
        _, err = driver.communicate(timeout=600)
        assert driver.returncode == 0, err
        outcomes[place] = outcome(check(file, folder, 6))
    assert outcomes["killed"] == outcomes["undisturbed"]


def test_stopping_says_how_to_go_on_and_leaves_no_process(tmp_path, monkeypatch):
    file, folder = sweep_of(tmp_path, monkeypatch, 2000, 2)
    driver = start(file, folder)
    wait_for(lambda: any(run.metrics.is_file() for run in runs_in(folder.runs)), driver)
    driver.send_signal(signal.SIGINT)
    _, err = driver.communicate(timeout=120)
    assert driver.returncode == 130
    assert "no trial is lost. To go on: aecli sweep" in err
    assert workers_of(folder) == []
    (run,) = runs_in(folder.runs)
    assert run.read_record().status is Status.INTERRUPTED


def test_the_winner_holds_nothing_out_and_chooses_nothing():
    chosen = config(
        "model: {type: dense}\ndata: {validation_split: 0.2}\n"
        "training: {epochs: 50, early_stopping: {patience: 3}}\n"
    )
    winner = on_all_samples(chosen, 17)
    assert winner.data.validation_split == 0
    assert (winner.training.epochs, winner.training.selects) == (17, False)
    plain = config("model: {type: dense}\ndata: {validation_split: 0.2}\ntraining: {epochs: 50}\n")
    assert on_all_samples(plain, 17).training.epochs == 50


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["none.yaml"], "none.yaml: can't be read: No such file or directory"),
        (["."], "isn't a sweep: it has no sweep.yaml"),
        (["lr.yaml", "--report"], "no sweep was begun here"),
        (["lr.yaml", "--set", "modle=1"], "modle: unknown option"),
    ],
)
def test_mistakes_are_told(tmp_path, monkeypatch, aecli, arguments, part):
    sweep_of(tmp_path, monkeypatch, 1, 1)
    monkeypatch.chdir(tmp_path)
    ended = aecli("sweep", *arguments)
    assert ended.code == 2
    assert part in ended.err


def test_a_winner_is_trained_where_the_runs_of_the_best_trial_are_gone(tmp_path, monkeypatch):
    monkeypatch.setattr(driving, "PAUSE", 0)
    sweep, folder = opened(tmp_path)
    run_sweep(sweep, folder, MadeUpWorkers(), "aecli sweep lr.yaml")
    for gone in (folder.runs, folder.winner):
        shutil.rmtree(gone)
    run_sweep(sweep, folder, MadeUpWorkers(), "aecli sweep lr.yaml")
    assert len(runs_in(folder.winner)) == 1
    assert "trained again on all" in folder.report.read_text()


@pytest.mark.parametrize("held_out", [{}, {"x_val": np.zeros((9, 4, 4), np.float32)}])
def test_own_data_of_which_nothing_is_held_out_is_refused_before_anything_is_trained(
    tmp_path, monkeypatch, held_out
):
    monkeypatch.setattr(driving, "PAUSE", 0)
    samples = np.random.default_rng(0).random((40, 4, 4), np.float32)
    np.savez(tmp_path / "own.npz", x_train=samples, x_test=samples[:9], **held_out)
    data = f"{{name: npz, path: '{tmp_path}/own.npz'}}"
    sweep, folder = opened(tmp_path, TEXT.replace("{name: mnist5k, validation_split: 0.1}", data))
    workers = MadeUpWorkers()
    if held_out:
        run_sweep(sweep, folder, workers, "aecli sweep lr.yaml")
    else:
        with pytest.raises(RequestError, match=r"add --set data\.validation_split=0\.1"):
            run_sweep(sweep, folder, workers, "aecli sweep lr.yaml")
    assert (workers.starts > 0) == bool(held_out)


def test_a_report_finds_the_runs_that_the_journal_lost(tmp_path, monkeypatch, aecli):
    monkeypatch.setattr(driving, "PAUSE", 0)
    sweep, folder = opened(tmp_path)
    run_sweep(sweep, folder, MadeUpWorkers(), "aecli sweep lr.yaml")
    folder.journal.write_text("damaged")
    ended = aecli("sweep", folder.path, "--report")
    assert "12 trials: 12 unfinished." in ended.out
    assert "trial 11: the study had lost it; taken from its run" in ended.err
