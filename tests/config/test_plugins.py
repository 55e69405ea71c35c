"""Networks from a user's own file: trained, used, and never loaded unasked."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aecli.config.plugins import PluginFile
from aecli.config.schema import rebuild
from aecli.models.networks.network import NETWORKS
from aecli.runs.folder import RunFolder

PLUGIN = '''\
"""A linear autoencoder."""

from math import prod
from typing import Literal

import aecli


@aecli.NETWORKS.register
class Linear(aecli.Network):
    """One matrix down, one matrix up."""

    type: Literal["linear"] = "linear"
    """Which network."""

    width: int = 3
    """How many features there are."""

    def encode(self, sample, label):
        from keras import layers

        return layers.Dense(self.width)(layers.Flatten()(sample))

    def decode(self, latent, label, sample_shape):
        from keras import layers

        return layers.Reshape(sample_shape)(layers.Dense(prod(sample_shape), self.output)(latent))
'''
CONFIG = "model: {type: linear}\ntraining: {epochs: 1, batch_size: 32}\n"


@pytest.fixture
def place(tmp_path: Path, mnist: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a plugin and a config that needs it; nothing of the plugin outlives the test."""
    (tmp_path / "linear.py").write_text(PLUGIN)
    (tmp_path / "c.yaml").write_text(CONFIG)
    (tmp_path / "named.yaml").write_text(f"plugins: [linear.py]\n{CONFIG}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AECLI_RUNS_DIR", str(tmp_path / "runs"))
    yield tmp_path
    forget()


def forget() -> None:
    """As if no plugin had been loaded."""
    for name in [name for name in sys.modules if name.startswith("aecli_plugin_")]:
        NETWORKS.forget(name)
        del sys.modules[name]
    rebuild()


@pytest.mark.usefixtures("tensorflow", "no_figures")
def test_a_network_of_ones_own_is_trained_and_used(aecli: Any, place: Path) -> None:
    ended = aecli("validate", "c.yaml")
    assert ended.code == 2
    assert "unknown network 'linear'" in ended.err

    trained = aecli("train", "c.yaml", "--plugin", "linear.py", "--quiet")
    assert trained.code == 0, trained.err
    run = RunFolder(Path(trained.out.strip()))
    record = run.read_record()
    (used,) = record.plugins
    assert (used.noun, used.name) == ("network", "linear")
    assert isinstance(used.origin, PluginFile)
    assert used.origin.path == str(place / "linear.py")
    assert re.fullmatch("[0-9a-f]{64}", used.origin.sha256)
    assert "plugins" not in run.config.read_text()

    np.save("x.npy", np.zeros((2, 28, 28), np.uint8))
    forget()
    for command in (
        ["encode", run.path, "x.npy", "-o", "c.npz"],
        ["evaluate", run.path],
        ["visualize", run.path],
        ["train", "--resume", run.path, "--epochs", 2],
    ):
        ended = aecli(*command)
        assert ended.code == 2, command
        assert ended.err.splitlines()[-1] == (
            f"{run.id}: its network 'linear' comes from a plugin, and none is loaded from a run folder "
            f"unasked. If you trust it: --plugin {place}/linear.py"
        )
    ended = aecli("encode", run.path, "x.npy", "-o", "c.npz", "--plugin", "linear.py", "--quiet")
    assert (ended.code, ended.err) == (0, "")
    with np.load("c.npz") as codes:
        assert codes["codes"].shape == (2, 3)

    (place / "linear.py").write_text(PLUGIN + "\n# changed\n")
    ended = aecli("encode", run.path, "x.npy", "-o", "c.npz", "--plugin", "linear.py", "--quiet")
    assert ended.code == 0
    assert f"{place}/linear.py: isn't the plugin that {run.id} was trained with" in ended.err


def test_a_config_names_its_plugin_from_its_own_folder(
    aecli: Any, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "elsewhere").mkdir()
    monkeypatch.chdir(place / "elsewhere")
    ended = aecli("validate", "../named.yaml")
    assert (ended.code, ended.out) == (0, "../named.yaml: right\n")
    assert ended.err == f"Loading the plugin {place}/elsewhere/../linear.py, which ../named.yaml names\n"
    assert "width: 3" in aecli("show", "../named.yaml").out
    ended = aecli("validate", "../named.yaml", "--set", "plugins=[]")
    assert ended.code == 2
    assert "--set plugins=[]: on the command line, a plugin is given as --plugin FILE" in ended.err


def test_a_run_folder_has_nothing_loaded(aecli: Any, place: Path) -> None:
    run = place / "runs" / "20260101-000000-gift"
    run.mkdir(parents=True)
    (run / "harm.py").write_text("from pathlib import Path\nPath('harm').touch()\n")
    (run / "config.yaml").write_text(f"plugins: [harm.py]\n{CONFIG}")
    (run / "run.json").write_text("{}")
    for command in (["train", run / "config.yaml"], ["show", run / "config.yaml"], ["runs"]):
        ended = aecli(*command)
        assert not (place / "harm").exists(), command
        if command[0] != "runs":
            assert ended.code == 2
            assert "lies in a run folder, from which none is loaded unasked" in ended.err
    for command in ("encode", "score"):
        assert aecli(command, run, "x.npy", "-o", "c.csv").code == 2
    assert not (place / "harm").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("def f(:\n", "p.py:1: the plugin is no Python: invalid syntax"),
        ("x = 1\nx / 0\n", "p.py:2: the plugin can't be loaded: ZeroDivisionError: division by zero"),
        ("import sys\nsys.exit(3)\n", "p.py:2: the plugin can't be loaded: SystemExit: 3"),
        ("import nowhere\n", "p.py:1: the plugin can't be loaded: ModuleNotFoundError: No module named"),
        (PLUGIN.replace('"linear"', '"conv"'), "the name of the network 'conv' is taken"),
        ("x = 1\n", "p.py: registers nothing; is there an @aecli.NETWORKS.register"),
        ("x = 1\0", "p.py"),
        (None, "p.py: this plugin can't be read: No such file or directory"),
    ],
)
def test_a_broken_plugin_is_told_with_its_line(
    content: str | None, message: str, aecli: Any, place: Path
) -> None:
    if content is not None:
        (place / "p.py").write_text(content)
    before = dict(NETWORKS.items())
    ended = aecli("validate", "conv", "--plugin", "p.py")
    assert ended.code == 2
    assert message in ended.err
    assert "Traceback" not in ended.err
    assert len(ended.err.splitlines()) == 1
    assert dict(NETWORKS.items()) == before
    assert aecli("validate", "conv").code == 0


def test_a_plugin_that_was_broken_can_be_put_right(aecli: Any, place: Path) -> None:
    (place / "p.py").write_text(PLUGIN + "raise ValueError\n")
    assert aecli("validate", "c.yaml", "--plugin", "p.py").code == 2
    (place / "p.py").write_text(PLUGIN)
    assert aecli("validate", "c.yaml", "--plugin", "p.py").code == 0
    assert aecli("validate", "c.yaml", "--plugin", "p.py", "--plugin", "p.py").code == 0


def test_a_light_command_stays_light_with_a_plugin(place: Path) -> None:
    code = (
        "import sys; from aecli.cli import main\n"
        "sys.argv = ['aecli', 'validate', 'c.yaml', '--plugin', 'linear.py']\n"
        "try: main()\nexcept SystemExit as ended: assert not ended.code\n"
        "print({'keras', 'numpy', 'tensorflow'} & set(sys.modules))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines() == ["c.yaml: right", "set()"]


def test_a_record_without_a_plugin_has_none(place: Path) -> None:
    from aecli.runs.record import Record
    from tests.runs.test_record import record

    record().write(place / "run.json")
    assert Record.read(place / "run.json").plugins == []
