"""A training killed at any instant goes on to the very weights of one that was never killed."""

import os
import random
import subprocess
import sys
import time

import pytest

from aecli.runs.folder import RunFolder
from aecli.runs.lookup import runs_in
from aecli.runs.record import Status
from tests.whole_runs import DENOISING, DENSE, VAE, opened, rows_without_times, weights, write_digits


def long(text: str) -> str:
    """A config that trains for a few seconds instead of an instant."""
    return text.replace("epochs: 4", "epochs: 60").replace("{patience: 4}", "{patience: 60}")


def start(*arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "aecli", "train", *arguments, "--quiet"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)


def newest_run(runs_dir) -> RunFolder | None:
    runs = runs_in(runs_dir)
    return runs[0] if runs else None


def ordeal(text, kills, tmp_path, monkeypatch, seed):
    """Kills trainings of a config at random instants of their lives; compares what they come to."""
    write_digits(tmp_path / "mnist.npz")
    monkeypatch.setenv("AECLI_DATA_DIR", str(tmp_path))
    config, runs = tmp_path / "config.yaml", tmp_path / "runs"
    config.write_text(long(text))
    begun = time.monotonic()
    assert start(str(config), "--runs-dir", str(tmp_path / "undisturbed")).wait() == 0
    life = time.monotonic() - begun
    undisturbed = newest_run(tmp_path / "undisturbed")

    instants = random.Random(seed)
    finished, statuses = [], set()
    while kills or not finished:
        folder = newest_run(runs)
        going_on = folder is not None and folder.path not in finished
        arguments = ["--resume", str(folder.path)] if going_on else [str(config), "--runs-dir", str(runs)]
        process = start(*arguments)
        try:
            assert process.wait(timeout=instants.uniform(0, life) if kills else None) == 0
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills -= 1
        if (folder := newest_run(runs)) is None or folder.path in finished:
            continue
        record = folder.read_record()
        status = record.status
        if record.network is not None:
            opened(folder)  # the network has the weights that the record says
        statuses.add(status)
        if status is Status.COMPLETED:
            finished.append(folder.path)
            assert weights(folder) == weights(undisturbed)
            assert rows_without_times(folder) == rows_without_times(undisturbed)
    assert statuses <= {Status.COMPLETED, Status.CRASHED}
    return statuses


@pytest.mark.parametrize("text", [DENSE], ids=["dense"])
def test_two_kills(text, tmp_path, monkeypatch):
    ordeal(text, 2, tmp_path, monkeypatch, seed=2)


@pytest.mark.slow
@pytest.mark.parametrize("text", [DENSE, DENOISING, VAE], ids=["dense", "denoising", "vae"])
def test_twenty_kills(text, tmp_path, monkeypatch):
    assert Status.CRASHED in ordeal(text, 20, tmp_path, monkeypatch, seed=20)


@pytest.mark.slow
def test_four_trainings_at_once_and_fifty_folders_in_a_second(tmp_path, monkeypatch):
    write_digits(tmp_path / "mnist.npz")
    monkeypatch.setenv("AECLI_DATA_DIR", str(tmp_path))
    config = tmp_path / "config.yaml"
    config.write_text(DENSE)
    processes = [start(str(config), "--runs-dir", str(tmp_path / "runs")) for _ in range(4)]
    assert [process.wait() for process in processes] == [0] * 4
    folders = [RunFolder(path) for path in (tmp_path / "runs").iterdir()]
    assert [folder.read_record().status.value for folder in folders] == ["completed"] * 4
    assert len({weights(folder) for folder in folders}) == 1

    making = "from pathlib import Path; from aecli.runs.creation import create; create(Path('many'), 'x')"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    makers = [
        subprocess.Popen([sys.executable, "-c", making], cwd=tmp_path, env=environment) for _ in range(50)
    ]
    assert [maker.wait() for maker in makers] == [0] * 50
    assert len(list((tmp_path / "many").iterdir())) == 50
