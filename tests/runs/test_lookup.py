"""Finding runs by what people type."""

from pathlib import Path

import pytest

from aecli.core.errors import RunError
from aecli.runs.lookup import UNFINISHED, find, runs_in
from aecli.runs.record import Status
from tests.runs.test_folder import make


def lost(reference: str, runs_dir: Path) -> str:
    """What a user is told about a run that can't be found."""
    with pytest.raises(RunError) as caught:
        find(reference, runs_dir)
    return str(caught.value)


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
