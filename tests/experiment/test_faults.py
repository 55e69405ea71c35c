"""What a machine can do to a training: each fault ends in a plain message and an intact checkpoint."""

import os
import resource
import shutil
import subprocess
from contextlib import suppress

import numpy as np
import pytest

from aecli.core.errors import RequestError, RunError, RunFailed
from aecli.runs.folder import RunFolder
from aecli.runs.record import Status
from tests.whole_runs import DENSE, heard, only_run, resume, rows_without_times, train, weights

pytestmark = pytest.mark.usefixtures("tensorflow", "mnist", "no_figures")


@pytest.fixture
def after_epoch_2(monkeypatch):
    """Registers something to happen once two epochs have been saved."""
    from aecli.training import callbacks

    happenings = []
    saved = callbacks.save_state

    def save_state(folder, state):
        saved(folder, state)
        if state.epochs == 2 and happenings:
            happenings.pop()()

    monkeypatch.setattr(callbacks, "save_state", save_state)
    return happenings.append


@pytest.fixture
def small_disk(tmp_path):
    """A file system of two megabytes; making one takes root."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode != 0:
        pytest.skip("a small file system can't be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture(scope="module")
def small_run(tensorflow, digits, tmp_path_factory):
    """A finished run that the small disk has room for."""
    text = (
        "model: {type: dense, hidden: [4], latent: {type: gaussian, dim: 2}}\nobjective: {type: elbo}\n"
        f"data: {{path: '{digits}'}}\ntraining: {{epochs: 1}}\n"
    )
    return train(text, tmp_path_factory.mktemp("small") / "runs")


def fill(path):
    """Writes until nothing more fits, not even a byte."""
    with path.open("wb", buffering=0) as filler:
        for size in (4096, 1):
            with suppress(OSError):
                while True:
                    filler.write(bytes(size))


def test_a_full_disk_ends_the_run_and_costs_no_checkpoint(small_disk, after_epoch_2, tmp_path):
    after_epoch_2(lambda: fill(small_disk / "filler"))
    with pytest.raises(RunFailed, match="No space left on device"):
        train(DENSE, small_disk / "runs")
    folder = only_run(small_disk / "runs")
    record = folder.read_record()
    assert record.status == "failed"
    assert "No space left" in (record.reason or "")
    assert record.epochs_done in (2, 3)

    (small_disk / "filler").unlink()
    resume(folder)
    undisturbed = train(DENSE, tmp_path / "runs")
    assert weights(folder) == weights(undisturbed)
    assert rows_without_times(folder) == rows_without_times(undisturbed)


def test_a_disk_that_is_still_full_lets_no_run_go_on_and_costs_it_nothing(small_disk, after_epoch_2):
    after_epoch_2(lambda: fill(small_disk / "filler"))
    with pytest.raises(RunFailed, match="No space left on device"):
        train(DENSE, small_disk / "runs")
    folder = only_run(small_disk / "runs")
    fill(small_disk / "more")  # the reserve of the run that failed is free again
    before = {path: path.read_bytes() for path in folder.path.rglob("*.*") if path.is_file()}
    with pytest.raises(RequestError, match="the run can't go on here: No space left on device"):
        resume(folder)
    assert {path: path.read_bytes() for path in before} == before


def test_a_disk_that_is_full_from_the_start_leaves_no_folder(small_disk):
    (small_disk / "runs").mkdir()
    fill(small_disk / "filler")
    with pytest.raises(RequestError, match="No space left on device"):
        train(DENSE, small_disk / "runs")
    assert list((small_disk / "runs").iterdir()) == []


def test_a_limit_on_the_size_of_files_ends_the_run_in_plain_words(after_epoch_2, tmp_path):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    after_epoch_2(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1])))
    try:
        with pytest.raises(RunFailed, match="File too large"):
            train(DENSE, tmp_path / "runs")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    folder = only_run(tmp_path / "runs")
    assert folder.read_record().status == "failed"
    resume(folder)
    assert folder.read_record().status == "completed"


def test_a_folder_deleted_under_the_run_is_said_plainly(after_epoch_2, tmp_path):
    after_epoch_2(lambda: shutil.rmtree(tmp_path / "runs"))
    with pytest.raises(RunFailed, match=r"could not be written: No such file or directory"):
        train(DENSE, tmp_path / "runs")


def test_a_runs_folder_that_is_none_is_said_before_anything_is_written(tmp_path):
    (tmp_path / "runs").write_text("a file")
    with pytest.raises(RequestError, match="no run folder can be made here"):
        train(DENSE, tmp_path / "runs")


def test_a_damaged_checkpoint_falls_back_to_the_one_before(after_epoch_2, tmp_path):
    undisturbed = train(DENSE, tmp_path / "undisturbed")
    broken = train(DENSE, tmp_path / "runs")
    newest = max(broken.checkpoints.glob("state-*.npz"))
    raw = bytearray(newest.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    newest.write_bytes(raw)
    broken.read_record().updated(broken.record_file, status=Status.INTERRUPTED, epochs_done=4)
    with heard() as warnings:
        resume(broken)
    assert any("is damaged" in warning for warning in warnings)
    assert weights(broken) == weights(undisturbed)

    for state in broken.checkpoints.glob("state-*.npz"):
        state.write_bytes(state.read_bytes()[:100])
    broken.read_record().updated(broken.record_file, status=Status.INTERRUPTED)
    with pytest.raises(RunFailed, match="no checkpoint here can be read"):
        resume(broken)


def test_a_folder_in_use_is_refused(tmp_path):
    folder = train(DENSE, tmp_path / "runs")
    with folder.lock(), pytest.raises(RunError, match="another process is training"):
        resume(folder, 6)


def test_out_of_memory_is_said_plainly(tmp_path, monkeypatch):
    from aecli.training.trainer import Trainer

    def exhausted(self, epoch):
        raise MemoryError

    monkeypatch.setattr(Trainer, "begin_epoch", exhausted)
    with pytest.raises(RunFailed, match="out of memory: try a smaller batch"):
        train(DENSE, tmp_path / "runs")
    assert only_run(tmp_path / "runs").read_record().status == "failed"


def test_a_folder_with_links_is_not_written_into(tmp_path):
    folder = train(DENSE, tmp_path / "runs")
    victim = tmp_path / "victim"
    victim.write_text("precious")
    folder.log.unlink()
    folder.log.symlink_to(victim)
    with pytest.raises(RunError, match="is a link"):
        resume(RunFolder(folder.path), 6)
    assert victim.read_text() == "precious"


@pytest.mark.parametrize(
    "arguments",
    [
        ("evaluate", "{run}"),
        ("score", "{run}", "{inputs}", "-o", "{disk}/scores.csv"),
        ("encode", "{run}", "{inputs}", "-o", "{disk}/codes.npz"),
        ("reconstruct", "{run}", "{inputs}", "-o", "{disk}/again"),
        ("compare", "{run}", "--figure", "{disk}/curves.png"),
        ("data", "simple", "-o", "{disk}/samples.png"),
        ("export", "{run}", "--format", "keras", "-o", "{disk}/exported"),
        ("sample", "{run}", "-o", "{disk}/samples"),
        ("visualize", "{run}"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_full_disk_is_a_plain_message_in_every_command(arguments, small_disk, small_run, aecli, tmp_path):
    run = RunFolder(small_disk / "runs" / small_run.id)
    shutil.copytree(small_run.path, run.path)
    fill(small_disk / "filler")
    fill(small_disk / "more")  # what the system's estimate still left
    np.save(tmp_path / "inputs.npy", np.zeros((9, 28, 28), np.uint8))
    places = {"run": run.path, "inputs": tmp_path / "inputs.npy", "disk": small_disk}
    before = run.record_file.read_bytes()
    ended = aecli(*(part.format(**places) for part in arguments))
    assert ended.code in (1, 2), ended.out + ended.err
    assert "No space left on device" in ended.err
    assert "Traceback" not in ended.err
    assert run.record_file.read_bytes() == before
    assert not [path for path in small_disk.rglob("*") if path.name not in (".lock",) and path.name[0] == "."]
