"""Run folders: names, creating, locking, finding, listing."""

import os
import subprocess
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from aecli.core.errors import RequestError, RunError
from aecli.runs import folder as run_folder
from aecli.runs.folder import UNFINISHED, RunFolder, check_name, create, find, publish, runs_in
from aecli.runs.record import Status
from tests.runs.test_record import record


class Frozen(datetime):
    """A clock that stands still."""

    @classmethod
    def now(cls, tz: Any = None) -> "Frozen":
        return cls(2026, 11, 23, 4, 15, 30, tzinfo=tz)


@pytest.fixture
def one_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_folder, "datetime", Frozen)


def make(runs_dir: Path, run_id: str, status: Status | None = Status.COMPLETED) -> RunFolder:
    """A run's folder with a record of this status, or without one."""
    folder = RunFolder(runs_dir / run_id)
    folder.path.mkdir(parents=True)
    if status is not None:
        record(id=run_id, status=status).write(folder.record_file)
    return folder


def lost(reference: str, runs_dir: Path) -> str:
    """What a user is told about a run that can't be found."""
    with pytest.raises(RunError) as caught:
        find(reference, runs_dir)
    return str(caught.value)


@pytest.mark.parametrize("name", ["conv", "a", "7", "my.run_2-b", "x" * 64])
def test_good_names(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", "../../x", "/tmp/x", "a/b", "a\\b", ".hidden", "-rf", "_x", "a b", "é", "٣", "a\n"),
        *("a\x00b", "\x1b[31mred", "x" * 65, "x" * 10_000, "a:b", "a*", "~", "\udce9"),
    ],
)
def test_names_that_are_no_part_of_a_folders_name_are_refused(name: str) -> None:
    with pytest.raises(RequestError) as caught:
        check_name(name)
    message = str(caught.value)
    assert message.startswith("--name ")
    assert message.endswith(
        "a name is 1 to 64 letters, digits, dots, dashes and underscores, and starts with a letter or digit"
    )
    assert len(message) < 200
    assert message.isprintable()


@pytest.mark.usefixtures("one_second")
def test_an_id_is_the_time_and_the_name(tmp_path: Path) -> None:
    run = create(tmp_path / "deep" / "runs", "conv")
    assert run.id == "20261123-041530-conv"
    assert run.path == tmp_path / "deep" / "runs" / f".{run.id}"
    assert runs_in(tmp_path / "deep" / "runs") == [], "no run before it has a record"
    shown = publish(run)
    assert shown.path == tmp_path / "deep" / "runs" / run.id
    assert runs_in(tmp_path / "deep" / "runs") == [shown]
    assert sorted(path.name for path in shown.path.iterdir()) == [
        "checkpoints",
        "figures",
        "networks",
        "tensorboard",
    ]


def test_the_time_of_an_id_is_now_in_utc(tmp_path: Path) -> None:
    before = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    stamp = create(tmp_path, "x").id[:15]
    assert before <= stamp <= datetime.now(UTC).strftime("%Y%m%d-%H%M%S")


@pytest.mark.usefixtures("one_second")
def test_runs_of_the_same_second_get_numbers_and_are_listed_newest_first(tmp_path: Path) -> None:
    created = [publish(create(tmp_path, "conv")).id for _ in range(12)]
    assert created[:3] == ["20261123-041530-conv", "20261123-041530-conv-2", "20261123-041530-conv-3"]
    assert len(set(created)) == 12
    assert [run.id for run in runs_in(tmp_path)] == created[::-1]


def test_several_processes_never_get_the_same_folder(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from aecli.runs.folder import create, publish\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "for _ in range(40): print(publish(create(Path(sys.argv[1]), 'conv')).id)"
    )
    command = [sys.executable, "-c", script, tmp_path]
    pipe = subprocess.PIPE
    with ExitStack() as stack:
        processes = [
            stack.enter_context(subprocess.Popen(command, stdin=pipe, stdout=pipe)) for _ in range(3)
        ]
        streams = [(process.stdin, process.stdout) for process in processes]
        assert [out.readline() for _, out in streams if out] == [b"ready\n"] * 3
        for go, _ in streams:
            assert go is not None
            go.write(b"\n")
            go.flush()
        ids = [line for _, out in streams if out for line in out.read().decode().splitlines()]
    assert len(ids) == 120
    assert set(ids) == {path.name for path in tmp_path.iterdir()}
    assert len(set(ids)) == 120


def test_what_a_killed_process_left_hidden_goes_with_the_next_run(tmp_path: Path) -> None:
    left, young, held = (create(tmp_path, name) for name in ("left", "young", "held"))
    (left.path / "config.yaml").touch()
    (tmp_path / ".cache").mkdir()
    with held.lock():
        for path in (left.path, held.path, tmp_path / ".cache"):
            os.utime(path, (0, 0))
        create(tmp_path, "next")
    names = {path.name for path in tmp_path.iterdir()}
    assert not left.path.exists()
    assert {young.path.name, held.path.name, ".cache"} < names


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


def test_where_no_folder_can_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path / "file", tmp_path / "file" / "runs"):
        with pytest.raises(RequestError) as caught:
            create(place, "conv")
        assert str(caught.value).startswith(f"{place}: no run folder can be made here: ")


def test_a_run_is_found_by_folder_id_beginning_and_latest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = make(tmp_path / "runs", "20260101-000000-conv")
    new = make(tmp_path / "runs", "20260202-000000-vae")
    make(tmp_path / "runs", "20260303-000000-vae", Status.FAILED)
    make(tmp_path / "runs", "20260404-000000-vae", None)
    runs_dir = tmp_path / "runs"
    monkeypatch.chdir(tmp_path)
    assert find(str(old.path), tmp_path / "elsewhere") == old
    assert find("runs/20260101-000000-conv", tmp_path / "elsewhere") == old
    assert find("runs/20260101-000000-conv/", runs_dir) == old
    assert find(old.id, runs_dir) == old
    assert find("202601", runs_dir) == old
    assert find("latest", runs_dir) == new
    monkeypatch.chdir(old.path)
    assert find(".", runs_dir) == old


def test_a_whole_id_wins_over_one_that_goes_on(tmp_path: Path) -> None:
    run = make(tmp_path, "20260101-000000-conv")
    make(tmp_path, "20260101-000000-conv-2")
    assert find(run.id, tmp_path) == run


def test_an_ambiguous_beginning_shows_what_it_fits(tmp_path: Path) -> None:
    make(tmp_path, "20260101-000000-conv")
    make(tmp_path, "20260101-000000-vae")
    make(tmp_path, "20270101-000000-vae")
    assert lost("2026", tmp_path) == (
        "2026: fits 2 runs; type more of the id:\n  20260101-000000-vae\n  20260101-000000-conv"
    )


def test_a_run_that_is_not_there_shows_the_newest(tmp_path: Path) -> None:
    assert lost("conv", tmp_path / "runs") == f"conv: no such run in {tmp_path / 'runs'}. There are none yet."
    for year in range(2020, 2027):
        make(tmp_path, f"{year}0101-000000-conv")
    newest = "\n".join(f"  {year}0101-000000-conv" for year in range(2026, 2021, -1))
    assert lost("conv", tmp_path) == f"conv: no such run in {tmp_path}. The newest are:\n{newest}"


@pytest.mark.parametrize("status", [Status.FAILED, Status.INTERRUPTED, Status.RUNNING, None])
def test_latest_is_a_completed_run(tmp_path: Path, status: Status | None) -> None:
    make(tmp_path, "20260101-000000-conv", status)
    assert lost("latest", tmp_path) == f"latest: no completed run in {tmp_path}"


def test_latest_may_mean_the_newest_unfinished_run(tmp_path: Path) -> None:
    run = make(tmp_path, "20260101-000000-conv", Status.INTERRUPTED)
    make(tmp_path, "20260202-000000-conv", Status.COMPLETED)
    assert find("latest", tmp_path, UNFINISHED) == run


@pytest.mark.parametrize("reference", ["\x1b[31m", "a\x00b", "x" * 5000, "../../nowhere", "\udce9", "*", "é"])
def test_a_strange_reference_is_no_run_and_shown_harmlessly(tmp_path: Path, reference: str) -> None:
    message = lost(reference, tmp_path / "runs")
    assert ": no such run in " in message
    assert message.isprintable()
    assert len(message) < 500


def test_an_empty_reference_is_refused(tmp_path: Path) -> None:
    make(tmp_path, "20260101-000000-conv")
    assert lost("", tmp_path).startswith("RUN is empty; give a run's folder, its id,")


def test_a_folder_that_is_no_run_is_told_so(tmp_path: Path) -> None:
    assert (
        lost(str(tmp_path), tmp_path)
        == f"{tmp_path}"[:60]
        + ("…" if len(str(tmp_path)) > 60 else "")
        + ": this folder isn't a run: it has no run.json"
    )


def test_a_damaged_record_is_found_and_then_named(tmp_path: Path) -> None:
    folder = make(tmp_path, "20260101-000000-conv")
    folder.record_file.write_text("{")
    assert find("2026", tmp_path) == folder
    with pytest.raises(RunError, match="damaged: this isn't the record of a run"):
        folder.read_record()


def test_only_what_looks_like_a_run_is_listed_newest_first(tmp_path: Path) -> None:
    ids = [
        "20260101-000000-b",
        "20260101-000000-a",
        "20260101-000000-a-10",
        "20260101-000000-a-9",
        "20250101-235959-z",
    ]
    for run_id in ids:
        make(tmp_path, run_id)
    (tmp_path / "20260101-000000-file").touch()
    (tmp_path / "notes").mkdir()
    (tmp_path / ".20260101-000000-x").mkdir()
    assert [run.id for run in runs_in(tmp_path)] == [
        "20260101-000000-b",
        "20260101-000000-a-10",
        "20260101-000000-a-9",
        "20260101-000000-a",
        "20250101-235959-z",
    ]
    assert runs_in(tmp_path / "none") == []


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
