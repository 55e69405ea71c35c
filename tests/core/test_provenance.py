"""What a run says of where it comes from."""

import os
import platform
import subprocess
from pathlib import Path

import keras
import numpy as np
import pytest

from aecli.core import provenance


def git(folder: Path, *arguments: str) -> str:
    """Runs git with nobody's settings."""
    who = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")
    command = ["git", "-C", str(folder), *who, *arguments]
    return os.fsdecode(subprocess.run(command, capture_output=True, check=True).stdout).strip()


def checkout(folder: Path, package: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit, whose `package` is where the source is said to lie."""
    source = folder / package / "core" / "provenance.py"
    source.parent.mkdir(parents=True)
    source.write_text("first\n")
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "first")
    monkeypatch.setattr(provenance, "__file__", str(source))
    return source


@pytest.fixture(autouse=True)
def no_git_above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps git from what lies around the tests: a hook that runs them says which repository it is in."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))


def test_the_versions_are_those_that_are_imported() -> None:
    found = provenance.versions()
    assert found["python"] == platform.python_version()
    assert found["numpy"] == np.__version__
    assert found["keras"] == keras.__version__
    assert set(found) == {"aecli", "python", *provenance.LIBRARIES}


def test_a_library_that_is_not_there_is_said_to_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provenance, "LIBRARIES", ("numpy", "no-such-library"))
    assert provenance.versions()["no-such-library"] == "not installed"


def test_only_what_has_another_version_has_changed() -> None:
    now = provenance.versions()
    assert provenance.changed(now) == []
    assert provenance.changed({}) == []
    assert provenance.changed(now | {"numpy": "1.0"}) == [f"numpy 1.0 → {np.__version__}"]


def test_of_a_library_that_is_recorded_no_more_nothing_is_claimed() -> None:
    assert provenance.changed({"jax": "0.4"}) == ["jax 0.4 → unknown"]


def test_a_checkout_has_its_commit_with_a_mark_for_local_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = checkout(tmp_path / "mine", "aecli", monkeypatch)
    commit = git(tmp_path / "mine", "rev-parse", "HEAD")[:12]
    assert provenance.git_commit() == commit
    (tmp_path / "mine" / "notes.txt").touch()  # of no commit, and no part of the source
    assert provenance.git_commit() == commit
    source.write_text("second\n")
    assert provenance.git_commit() == f"{commit}+"
    git(tmp_path / "mine", "commit", "--quiet", "-am", "second")
    assert provenance.git_commit() == git(tmp_path / "mine", "rev-parse", "HEAD")[:12] != commit


@pytest.mark.parametrize("name", ["caf\udce9", "two words ", "日本"])
def test_a_checkout_may_be_called_anything(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        (tmp_path / name).mkdir()
    except OSError:
        pytest.skip("no such names on this file system")
    checkout(tmp_path / name, "aecli", monkeypatch)
    assert provenance.git_commit() == git(tmp_path / name, "rev-parse", "HEAD")[:12]


def test_installed_inside_a_foreign_checkout_it_has_no_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout(tmp_path / "theirs", "venv/site-packages/aecli", monkeypatch)
    assert provenance.git_commit() is None


def test_outside_of_a_checkout_and_without_git_it_has_no_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provenance, "__file__", str(tmp_path / "aecli" / "core" / "provenance.py"))
    assert provenance.git_commit() is None
    (tmp_path / "aecli").mkdir()
    assert provenance.git_commit() is None
    checkout(tmp_path / "mine", "aecli", monkeypatch)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert provenance.git_commit() is None


def test_the_machine_is_this_one() -> None:
    system = os.uname()
    assert provenance.machine() == f"{system.sysname} {system.release} {system.machine}"
    assert provenance.host() == system.nodename


def test_the_device_is_one_that_tensorflow_has(tensorflow: object) -> None:
    gpus = tensorflow.config.list_physical_devices("GPU")  # type: ignore[attr-defined]
    assert provenance.device().count("GPU") == len(gpus)
    assert (provenance.device() == "CPU") == (not gpus)
