"""Commands that compute nothing load nothing heavy: help, lists, checks and messages come at once."""

import json
import subprocess
import sys
from typing import Any

import pytest

from aecli.cli import GROUP_OF
from aecli.cli.runs import SUBCOMMANDS

HEAVY = [
    "PIL",
    *("ai_edge_litert", "keras", "matplotlib", "mlxtend", "numpy", "onnx", "onnxruntime", "pandas", "scipy"),
    *("sklearn", "tensorboard", "tensorflow", "tf2onnx"),
]

RIGHT = [
    "--help",
    *(f"{command} --help" for command in GROUP_OF),
    *(f"runs {command} --help" for command in SUBCOMMANDS),
    "--version",
    "list",
    "list models",
    "list networks",
    "list latents",
    "list objectives",
    "list corruptions",
    "list datasets",
    "list configs",
    "list formats",
    "show conv",
    "show conv --set model.latent.type=gaussian --set objective.type=elbo",
    "validate conv simple",
    "runs",
    "schema",
]
WRONG = [
    "train cnov",
    "train conv --set modle=1",
    "train conv --set model.latent.type=gaussian",
    "train conv --set model.latent_dim=5",
    "train conv --name ../x",
    "validate cnov",
    "visualize none",
    "export none --format onnx",
    "export 2026 --format omnx",
]

SCRIPT = f"""
import contextlib, io, json, sys
from aecli.cli import main

report = {{}}
for command in {RIGHT + WRONG}:
    sys.argv = ["aecli", *command.split()]
    out, err, code = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as ended:
            code = ended.code or 0
    heavy = [name for name in {HEAVY} if name in sys.modules]
    report[command] = {{"code": code, "out": out.getvalue(), "err": err.getvalue(), "heavy": heavy}}
print(json.dumps(report))
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """How each command ended, one after the other in one fresh process.

    What one command has imported stays imported for the next: a clean end clears them all, and else the
    first one that isn't clean is the one to blame.
    """
    place = tmp_path_factory.mktemp("place")
    (place / "runs" / "20260101-000000-conv").mkdir(parents=True)
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=place, capture_output=True, text=True, timeout=120, check=True
    )
    found: dict[str, dict[str, Any]] = json.loads(ended.stdout)
    return found


@pytest.mark.parametrize("command", RIGHT + WRONG)
def test_nothing_heavy_is_imported(report: dict[str, dict[str, Any]], command: str) -> None:
    assert report[command]["heavy"] == []


@pytest.mark.parametrize("command", RIGHT)
def test_what_was_asked_for_is_printed_and_nothing_else(
    report: dict[str, dict[str, Any]], command: str
) -> None:
    assert report[command]["code"] == 0
    assert report[command]["out"].strip()
    assert report[command]["err"] == ""


@pytest.mark.parametrize("command", WRONG)
def test_a_mistake_is_told_before_anything_heavy_is_loaded(
    report: dict[str, dict[str, Any]], command: str
) -> None:
    assert report[command]["code"] == 2
    assert report[command]["out"] == ""
    assert report[command]["err"].strip()
