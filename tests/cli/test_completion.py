"""What a shell is offered."""

import os
import subprocess
import sys
from pathlib import Path


def offered(*words: str, runs: Path) -> list[str]:
    """What the shell would show after these words, of which the last is unfinished."""
    typed = " ".join(["aecli", *words])
    asked = {"_AECLI_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(len(words))}
    code = (
        "import sys; sys.argv = ['aecli']; from aecli.cli import main\n"
        "try:\n    main()\n"
        "finally:\n    assert not {'tensorflow', 'keras', 'numpy', 'matplotlib'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **asked, "AECLI_RUNS_DIR": str(runs)},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.split()


def test_commands_recipes_runs_and_figures_are_offered(tmp_path: Path) -> None:
    for name in ("20261123-041530-conv", "20261124-041530-dense"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "run.json").write_text("{")
    (tmp_path / "20261123-041530-conv" / "figures").mkdir()
    (tmp_path / "20261123-041530-conv" / "figures" / "codes.png").touch()
    assert offered("visualize", "20261123", "--only", "co", runs=tmp_path) == ["codes"]
    assert offered("ev", runs=tmp_path) == ["evaluate"]
    assert offered("train", "contr", runs=tmp_path) == ["contractive"]
    assert offered("evaluate", "20261123", runs=tmp_path) == ["20261123-041530-conv"]
    assert offered("evaluate", "la", runs=tmp_path) == ["latest"]
    assert offered("evaluate", "2", runs=tmp_path / "none") == []
