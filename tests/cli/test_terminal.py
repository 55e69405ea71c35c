"""The terminal isn't the run: streams that are closed, full or read by nobody end no training."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.whole_runs import write_digits

TRAIN = f"{sys.executable} -m aecli train simple --epochs 2 --limit 60 --name t"


@pytest.mark.parametrize(
    ("redirection", "code"),
    [
        (">&- 2>&-", 0),
        (">/dev/full 2>/dev/full", 1),
        ("> >(true) 2> >(head -1 >/dev/null)", None),
    ],
)
def test_a_training_ends_whole_whatever_its_streams_are(
    tmp_path: Path, redirection: str, code: int | None
) -> None:
    write_digits(tmp_path / "mnist.npz")
    ended = subprocess.run(
        ["bash", "-c", f"{TRAIN} {redirection}"],
        cwd=tmp_path,
        env={**os.environ, "AECLI_DATA_DIR": str(tmp_path), "AECLI_RUNS_DIR": "runs"},
        check=False,
        capture_output=True,
        text=True,
        timeout=180,
    )
    (record,) = (tmp_path / "runs").glob("*/run.json")
    assert json.loads(record.read_text())["status"] == "completed"
    assert code is None or ended.returncode == code
    assert "Traceback" not in ended.stderr
    assert "Exception ignored" not in ended.stderr


def test_ascii_terminals_get_ascii(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "aecli", "list", "configs"],
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"},
        check=False,
        capture_output=True,
        timeout=60,
    )
    assert ended.returncode == 0
    ended.stdout.decode("ascii")
