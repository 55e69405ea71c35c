"""What a user reads when a command is given something wrong: through the real command line, from outside."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder to work in, with some files that are wrong and two runs without records."""
    (tmp_path / "empty.yaml").touch()
    (tmp_path / "broken.yaml").write_text("model: {type: conv\ntraining: [")
    (tmp_path / "wrong.yaml").write_text(
        "model:\n  type: cnov\ntraining:\n  epohcs: 3\n  batch_size: many\ntraining: {}\n"
    )
    (tmp_path / "typos.yaml").write_text("model:\n  type: cnov\ntraining:\n  epohcs: 3\n  batch_size: many\n")
    for run_id in ("20260101-000000-conv", "20260101-000000-vae"):
        (tmp_path / "runs" / run_id).mkdir(parents=True)
        (tmp_path / "runs" / run_id / "run.json").write_text("{")
    return tmp_path


def refused(place: Path, *arguments: str) -> str:
    """Runs a command that must be refused, and must leave everything as it was; returns what it said."""
    before = sorted(place.rglob("*"))
    colours = ("FORCE_COLOR", "PY_COLORS", "GITHUB_ACTIONS")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AECLI_") and k not in colours}
    ended = subprocess.run(
        [sys.executable, "-m", "aecli", *arguments],
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 2, ended.stderr
    assert ended.stdout == ""
    assert "Traceback" not in ended.stderr
    assert "\x1b" not in ended.stderr
    assert sorted(place.rglob("*")) == before
    return ended.stderr.rstrip("\n")


def test_no_such_file(place: Path) -> None:
    assert refused(place, "train", "cnov.yaml") == (
        "cnov.yaml: no such file, and no recipe of that name; did you mean 'conv'?"
    )


def test_what_is_not_yaml(place: Path) -> None:
    message = refused(place, "train", "broken.yaml")
    assert message.startswith("broken.yaml:2:9: not YAML: ")
    assert "\n" not in message


def test_a_duplicate_key(place: Path) -> None:
    assert refused(place, "train", "wrong.yaml") == (
        "wrong.yaml:6:1: training: duplicate key; the first one is on line 3"
    )


def test_every_mistake_at_once_of_file_and_flags(place: Path) -> None:
    flags = ["--set", "sed=1", "--epochs", "0", "--limit", "-5"]
    assert refused(place, "train", "typos.yaml", *flags).splitlines() == [
        "--epochs 0: training.epochs: must be greater than or equal to 1, got 0",
        "--limit -5: data.limit: must be greater than 0, got -5",
        "--set sed=1: sed: unknown option; did you mean 'seed'?",
        "typos.yaml:2:9: model.type: unknown network 'cnov'; did you mean 'conv'?",
        "typos.yaml:4:3: training.epohcs: unknown option; did you mean 'epochs'?",
        "typos.yaml:5:15: training.batch_size: must be a valid integer, got 'many'",
    ]


def test_a_flag_that_is_no_assignment(place: Path) -> None:
    assert refused(place, "train", "conv", "--set", "training.epochs 3") == (
        "--set training.epochs 3: expected KEY=VALUE with a dotted key, such as training.epochs=3"
    )


def test_a_name_that_leads_elsewhere(place: Path) -> None:
    message = refused(place, "train", "conv", "--name", "../../x")
    assert message.startswith(
        "--name ../../x: a name is 1 to 64 letters, digits, dots, dashes and underscores"
    )


def test_validate_reports_the_mistakes_of_all_files(place: Path) -> None:
    message = refused(place, "validate", "typos.yaml", "empty.yaml", "none.yaml")
    assert [line.split(": ")[0] for line in message.splitlines()] == [
        "typos.yaml:2:9",
        "typos.yaml:4:3",
        "typos.yaml:5:15",
        "empty.yaml:1:1",
        "none.yaml",
    ]


def test_a_run_that_is_not_there(place: Path) -> None:
    assert refused(place, "visualize", "conv") == (
        "conv: no such run in runs. The newest are:\n  20260101-000000-vae\n  20260101-000000-conv"
    )


def test_a_run_that_could_be_two(place: Path) -> None:
    assert refused(place, "visualize", "2026").splitlines() == [
        "2026: fits 2 runs; type more of the id:",
        "  20260101-000000-vae",
        "  20260101-000000-conv",
    ]


def test_an_unknown_flag_and_an_unknown_command(place: Path) -> None:
    assert "No such option: --epoch" in refused(place, "train", "conv", "--epoch", "3")
    assert "No such command 'trian'. Did you mean 'train'?" in refused(place, "trian", "conv")
