"""`aecli runs` and its subcommands, through the real command line."""

import json
from pathlib import Path
from typing import Any

import pytest

from aecli.runs.folder import RunFolder
from tests.reports.conftest import make_run

__all__ = ["make_run"]


@pytest.fixture
def runs_dir(make_run: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two runs: `a`, and `b`, which is better."""
    make_run(name="a", reached=0.3)
    make_run(name="b", reached=0.1)
    place: Path = make_run.runs_dir
    monkeypatch.setenv("AECLI_RUNS_DIR", str(place))
    return place


A, B = "20261123-000001-a", "20261123-000002-b"


def test_without_a_word_runs_are_listed(aecli: Any, runs_dir: Path) -> None:
    lines = aecli("runs").out.splitlines()
    assert [line.split()[0] for line in lines] == ["run", B, A]
    assert [line.split()[0] for line in aecli("runs", "--last", 1).out.splitlines()] == ["run", B]
    listed = json.loads(aecli("runs", "--json", "--sort", "test", "--where", "test < 0.2").out)
    assert [run["name"] for run in listed] == ["b"]
    none = aecli("runs", "--where", "name == c")
    assert (none.code, none.out) == (0, "")
    assert "none of the 2 runs" in none.err


def test_the_best_is_a_path_alone(aecli: Any, runs_dir: Path) -> None:
    assert aecli("runs", "best", "test").out == f"{runs_dir / B}\n"
    assert aecli("runs", "best", "test", "--where", "name == a").out == f"{runs_dir / A}\n"


def test_tags_and_notes_show_wherever_runs_do(aecli: Any, runs_dir: Path) -> None:
    assert aecli("runs", "tag", A, "good", "old").out == f"{A}: good, old\n"
    assert aecli("runs", "tag", A, "old", "--remove").out == f"{A}: good\n"
    assert aecli("runs", "note", A, "two\nlines\x1b[31m").code == 0
    row = aecli("runs", "--where", "tag == good").out.splitlines()[1]
    assert row.endswith(r"good  two\nlines\x1b[31m")
    assert "good" in aecli("compare", "--no-figure").out
    assert aecli("runs", "note", A, "").out == f"{A}: no note\n"


def test_a_damaged_remark_is_told_and_never_overwritten(aecli: Any, runs_dir: Path) -> None:
    remarks = RunFolder(runs_dir / A).remarks
    remarks.write_text('{"tags": 1}')
    assert aecli("runs", "tag", A, "x").code == 2
    assert remarks.read_text() == '{"tags": 1}'
    assert f"{A}: remarks.json: damaged" in aecli("runs").out


def test_options_before_a_word_are_not_lost_in_silence(aecli: Any, runs_dir: Path) -> None:
    ended = aecli("runs", "--where", "name == a", "best", "test")
    assert (ended.code, ended.out) == (2, "")
    assert "aecli runs best … --where" in ended.err


def test_removing_asks_first(aecli: Any, runs_dir: Path) -> None:
    assert aecli("runs", "rm", A).code == 2
    assert (runs_dir / A).is_dir()
    assert aecli("runs", "rm", A, "--yes").out == f"{runs_dir / A}\n"
    assert [path.name for path in runs_dir.iterdir()] == [B]


def test_a_run_that_trains_is_not_removed_nor_any_beside_it(aecli: Any, runs_dir: Path) -> None:
    with RunFolder(runs_dir / A).lock():
        ended = aecli("runs", "rm", B, A, "--yes")
    assert ended.code == 2
    assert "another process is training" in ended.err
    assert (runs_dir / B / "run.json").is_file()


def test_links_are_neither_followed_nor_removed(aecli: Any, runs_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "dear").mkdir()
    (tmp_path / "dear" / "file").touch()
    (runs_dir / A / "link").symlink_to(tmp_path / "dear")
    (runs_dir / "20261123-000003-c").symlink_to(runs_dir / B)
    for name in ("20261123-000003-c", runs_dir / "20261123-000003-c", f"{runs_dir}/20261123-000003-c/"):
        assert aecli("runs", "rm", name, "--yes").code == 2
    assert aecli("runs", "rm", A, "--yes").code == 0
    assert (tmp_path / "dear" / "file").is_file()
    assert (runs_dir / B / "run.json").is_file()


def test_what_is_no_run_is_not_removed(aecli: Any, runs_dir: Path) -> None:
    for name in ("photos", "20261123-000004-d"):
        (runs_dir / name).mkdir()
        assert aecli("runs", "rm", runs_dir / name, "--yes").code == 2
        assert aecli("runs", "rm", name, "--yes").code == 2
        assert (runs_dir / name).is_dir()
