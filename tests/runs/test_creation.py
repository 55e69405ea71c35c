"""New run folders: names, ids, places."""

import os
import subprocess
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from aecli.core.errors import RequestError
from aecli.runs import creation
from aecli.runs.creation import check_name, create, publish
from aecli.runs.lookup import runs_in


class Frozen(datetime):
    """A clock that stands still."""

    @classmethod
    def now(cls, tz: Any = None) -> "Frozen":
        return cls(2026, 11, 23, 4, 15, 30, tzinfo=tz)


@pytest.fixture
def one_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(creation, "datetime", Frozen)


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
        "import sys; from pathlib import Path; from aecli.runs.creation import create, publish\n"
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


def test_where_no_folder_can_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path / "file", tmp_path / "file" / "runs"):
        with pytest.raises(RequestError) as caught:
            create(place, "conv")
        assert str(caught.value).startswith(f"{place}: no run folder can be made here: ")
