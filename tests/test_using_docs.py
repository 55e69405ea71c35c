"""The commands and the code in docs/USING.md and docs/PYTHON.md are run as they stand."""

import re
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.usefixtures("tensorflow", "no_figures", "mnist")


def blocks(document: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / "docs" / document).read_text(), re.S)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with images, a link to the recipes, and room for runs."""
    (tmp_path / "photos").mkdir()
    noise = np.random.default_rng(0).integers(0, 256, (3, 20, 30), np.uint8)
    for i, image in enumerate(noise):
        Image.fromarray(image).save(tmp_path / "photos" / f"{i}.png")
    (tmp_path / "configs").symlink_to(ROOT / "configs")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AECLI_RUNS_DIR", raising=False)
    return tmp_path


def test_the_commands(aecli: Any, place: Path) -> None:
    assert aecli("train", "conv", "--epochs", 1, "--limit", 60, "--quiet").code == 0
    commands = [line for block in blocks("USING.md", "console") for line in block.splitlines()]
    assert len(commands) == 5
    for command in commands:
        ended = aecli(*shlex.split(command)[1:])
        assert ended.code == 0, f"{command}\n{ended.err}"
    assert {path.name for path in (place / "decoded").iterdir()} == {"0.png", "1.png", "2.png"}
    with Image.open(place / "reconstructed" / "0.png") as image:
        assert image.size == (30, 20)


def test_the_code(aecli: Any, place: Path) -> None:
    *examples, linear, own, look = blocks("PYTHON.md", "python")
    names: dict[str, Any] = {}
    for example in examples:
        exec(example.replace('"training.epochs": 5', '"training.epochs": 1'), names)
    assert names["z"].shape == (3, 4, 4, 8)
    plugins = []
    for source in (linear, own, look):
        plugins.append(source.splitlines()[0].removeprefix("# "))
        (place / plugins[-1]).write_text(source)
    run = names["aecli"].train(
        "configs/simple.yaml",
        {
            "model": {"type": "linear", "width": 3},
            "data": {"name": "ramps"},
            "corruption": {"type": "dimming"},
            "training.epochs": 1,
        },
        plugins=plugins,
        quiet=True,
    )
    assert run.latent_shape == (3,)
    assert aecli("evaluate", run.path, "--quiet").code == 0
    assert 0 < names["aecli"].load_run(run.path).metrics["brightness.error"] < 1
    assert aecli("visualize", run.path, "--only", "histogram").code == 0
