"""aecli from Python."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import aecli
from aecli.core.errors import ConfigError, DataError, RequestError, RunError
from aecli.runs.folder import RunFolder
from tests.whole_runs import train as train_text

pytestmark = pytest.mark.usefixtures("tensorflow")
Runs = Callable[[str], RunFolder]


def test_importing_it_imports_nothing_heavy() -> None:
    code = (
        "import aecli, sys; print({'keras', 'numpy', 'pydantic', 'tensorflow', 'typer'} & set(sys.modules))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "set()\n"
    with pytest.raises(AttributeError, match="has no attribute 'trian'"):
        _ = aecli.trian
    assert set(aecli.__all__) <= set(dir(aecli))


@pytest.mark.usefixtures("no_figures", "mnist")
def test_a_run_is_trained_and_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AECLI_RUNS_DIR", str(tmp_path / "runs"))
    options = {"training.epochs": 2, "training.batch_size": 32, "model.latent.dim": 5}
    run = aecli.train("simple", options, name="mine", quiet=True)
    assert run.path.name.endswith("-mine")
    assert run.latent_shape == (5,)
    assert run.config["training"]["epochs"] == 2
    assert [row["total"] for row in run.history][1] < run.history[0]["total"]
    assert run.metrics["test.reconstruction"] > 0
    again = aecli.load_run("latest")
    assert again.path.samefile(run.path)
    x = np.zeros((2, 28, 28), np.uint8)
    np.testing.assert_array_equal(again.encode(x), run.encode(x))
    assert repr(run.path) not in repr(run)
    assert str(run.path) in repr(run)


def test_sequences_have_lengths(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 12, 2))
    lengths = rng.integers(5, 13, 40)
    lengths[0] = 12
    np.savez(tmp_path / "s.npz", x=x, lengths=lengths)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("aecli.experiment.train.draw_figures", lambda *_, **__: [])
        folder = train_text(
            "model: {type: lstm, encoder_units: 3, decoder_units: 4, output: linear}\n"
            f"data: {{name: sequences, path: '{tmp_path}/s.npz', scaling: standard}}\n"
            "objective: {loss: mse}\ntraining: {epochs: 1, batch_size: 8}\n",
            tmp_path / "runs",
        )
    run = aecli.load_run(folder.path)
    padded = x.copy()
    padded[np.arange(12) >= lengths[:, np.newaxis]] = 77
    np.testing.assert_array_equal(run.encode(padded, lengths=lengths), run.encode(x, lengths=lengths))
    np.testing.assert_allclose(run.encode(x[3, :5]), run.encode(x[3:4], lengths=[5])[0], rtol=1e-5)
    assert run.reconstruct(x).dtype == np.float64
    with pytest.raises(DataError, match="whole numbers from 1 to 12"):
        run.encode(x, lengths=[13] * 40)


def test_what_a_run_cannot_take_is_told(run_of: Runs, images: np.ndarray) -> None:
    run = aecli.load_run(run_of("dense").path)
    with pytest.raises(DataError, match="expected uint8 numbers, as in the training, received float32"):
        run.encode(images.astype(np.float32))
    with pytest.raises(DataError, match=r"x: expected images of shape \(28, 28\)"):
        run.encode(images[:, :20])
    with pytest.raises(DataError, match="this run is of images, which have none"):
        run.encode(images, lengths=[3])
    with pytest.raises(DataError, match=r"expected codes of shape \(32,\)"):
        run.decode(np.zeros((2, 31)))
    with pytest.raises(DataError, match="finite numbers"):
        run.decode(np.full(32, np.nan))


def test_mistakes_are_our_errors(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no such run"):
        aecli.load_run("none", runs_dir=tmp_path)
    with pytest.raises(
        ConfigError, match=r"training.epohcs=3: training.epohcs: unknown option; did you mean"
    ):
        aecli.train("conv", {"training.epohcs": 3}, runs_dir=tmp_path)
    with pytest.raises(RequestError, match="no config can hold such a value"):
        aecli.train("conv", {"training.epochs": np.int64(3)}, runs_dir=tmp_path)
    with pytest.raises(RequestError, match="expected a list of files"):
        aecli.load_run("none", runs_dir=tmp_path, plugins="p.py")
    assert list(tmp_path.iterdir()) == []
