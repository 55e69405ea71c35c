"""A run's folder: locks, litter, and the status of what has died."""

import subprocess
import sys
from pathlib import Path

import pytest

from aecli.core.errors import RunError
from aecli.runs.folder import RunFolder
from aecli.runs.record import Status
from tests.runs.test_record import record


def make(runs_dir: Path, run_id: str, status: Status | None = Status.COMPLETED) -> RunFolder:
    """A run's folder with a record of this status, or without one."""
    folder = RunFolder(runs_dir / run_id)
    folder.path.mkdir(parents=True)
    if status is not None:
        record(id=run_id, status=status).write(folder.record_file)
    return folder


def test_a_sweep_takes_what_is_half_written_and_what_the_record_does_not_name(tmp_path: Path) -> None:
    run = make(tmp_path, "20260101-000000-conv")
    for name in (
        ".lock",
        ".reserve",
        ".run.json.abc",
        "checkpoints/.state-000002.npz.x",
        "checkpoints/state-000001.npz",
        "checkpoints/best-000001.keras",
        "networks/epoch-000001-aaaaaaaa/autoencoder.keras",
        "networks/epoch-000002-bbbbbbbb/autoencoder.keras",
        "networks/.epoch-000003-cccccccc.part/autoencoder.keras",
    ):
        (run.path / name).parent.mkdir(parents=True, exist_ok=True)
        (run.path / name).touch()
    run.sweep(None)
    left = {str(path.relative_to(run.path)) for path in run.path.rglob("*") if path.is_file()}
    assert left == {
        ".lock",
        ".reserve",
        "run.json",
        "checkpoints/state-000001.npz",
        "checkpoints/best-000001.keras",
        "networks/epoch-000001-aaaaaaaa/autoencoder.keras",
        "networks/epoch-000002-bbbbbbbb/autoencoder.keras",
    }
    run.sweep("epoch-000002-bbbbbbbb")
    left -= {"checkpoints/best-000001.keras", "networks/epoch-000001-aaaaaaaa/autoencoder.keras"}
    assert {str(path.relative_to(run.path)) for path in run.path.rglob("*") if path.is_file()} == left


@pytest.mark.parametrize("status", list(Status))
def test_a_running_run_without_a_process_has_crashed_and_no_other_has(tmp_path: Path, status: Status) -> None:
    folder = make(tmp_path, "20260101-000000-conv", status)
    expected = Status.CRASHED if status is Status.RUNNING else status
    assert folder.read_record().status is expected
    folder.lock_file.touch()
    assert folder.read_record().status is expected
    with folder.lock():
        assert folder.read_record().status is status
    assert folder.read_record().status is expected


HOLD = (
    "import sys; from pathlib import Path; from aecli.runs.folder import RunFolder\n"
    "with RunFolder(Path(sys.argv[1])).lock():\n"
    "    print('held', flush=True); sys.stdin.read()"
)


def test_a_second_process_is_refused_and_the_lock_falls_with_its_process(tmp_path: Path) -> None:
    folder = make(tmp_path, "20260101-000000-conv", Status.RUNNING)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, folder.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        assert folder.read_record().status is Status.RUNNING
        with pytest.raises(RunError) as caught, folder.lock():
            pass
        assert str(caught.value) == f"{folder.path}: another process is training in this folder"
        assert folder.read_record().status is Status.RUNNING
        other.kill()
    assert folder.read_record().status is Status.CRASHED
    with folder.lock():
        assert folder.is_locked()


def test_a_folder_that_is_gone_cannot_be_locked(tmp_path: Path) -> None:
    with (
        pytest.raises(RunError, match="can't be written to: No such file or directory"),
        RunFolder(tmp_path / "x").lock(),
    ):
        pass
