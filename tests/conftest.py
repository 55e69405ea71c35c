"""Fixtures that tests of several parts share."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aecli.runs.folder import RunFolder
from tests.whole_runs import SMALL, train, write_digits

# Several workers run side by side, and each has a core: threads of their own would wait for one another.
# Set here, where no test has imported TensorFlow yet; commands that tests start inherit it.
for _setting in (
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
):
    os.environ.setdefault(_setting, "1")

# What whoever runs the tests has set for runs of their own.
for _own in ("AECLI_RUNS_DIR", "AECLI_DATA_DIR"):
    os.environ.pop(_own, None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file goes to one worker, since its tests share what is dear to make; recipes go one by one, at the end."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return nodeid if file.endswith("test_recipes.py") else file

    return Scheduling(config, log)


@pytest.fixture(scope="session")
def tensorflow() -> Any:
    """TensorFlow, set up as the commands set it up; imported once, and only if a test needs it."""
    from aecli.core import backend

    backend.load()
    import tensorflow

    return tensorflow


@pytest.fixture(scope="session")
def mnist5k_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder that holds the parsed mnist5k; parsing takes seconds, so it is done once."""
    from aecli.data.sources.mnist5k import Mnist5k

    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("AECLI_CACHE_DIR", str(folder))
        Mnist5k().read()
    return folder


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def aecli(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ended]:
    """The real command line, run in this process, which spares each call TensorFlow's start."""

    def run(*arguments: object) -> Ended:
        from aecli.cli import main

        monkeypatch.setattr(sys, "argv", ["aecli", *map(str, arguments)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capfd.readouterr()
        return Ended(int(ended.value.code or 0), out, err)

    return run


@pytest.fixture
def mnist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small made-up MNIST."""
    write_digits(tmp_path / "mnist.npz")
    monkeypatch.setenv("AECLI_DATA_DIR", str(tmp_path))


@pytest.fixture
def no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs without their figures, which other tests look at, and which take most of a small run's time."""
    from aecli.experiment import train as experiment

    monkeypatch.setattr(experiment, "draw_figures", lambda *arguments, **options: [])


@pytest.fixture(scope="session")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up MNIST."""
    path = tmp_path_factory.mktemp("digits") / "mnist.npz"
    write_digits(path)
    return path


@pytest.fixture(scope="session")
def run_of(
    digits: Path, tmp_path_factory: pytest.TempPathFactory, tensorflow: object
) -> Callable[[str], RunFolder]:
    """Gives the run of one of `SMALL`, by its name, trained when it is first asked for."""
    place, made = tmp_path_factory.mktemp("runs"), dict[str, RunFolder]()

    def run(name: str) -> RunFolder:
        if name not in made:
            text = (
                f"{SMALL[name]}data: {{path: '{digits}'}}\n"
                "training: {epochs: 1, batch_size: 32, optimizer: {type: adam}}\n"
            )
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("aecli.experiment.train.draw_figures", lambda *_, **__: [])
                made[name] = train(text, place, name)
        return made[name]

    return run


@pytest.fixture(scope="session")
def images(digits: Path) -> np.ndarray:
    """The test images of the made-up MNIST, uint8, (50, 28, 28)."""
    with np.load(digits) as stored:
        return stored["x_test"]
