"""`aecli train` and the commands that look at its runs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TINY = ["--epochs", "1", "--limit", "64", "--set", "data.name=mnist5k"]


@pytest.fixture(autouse=True)
def place(tmp_path, mnist5k_cache, monkeypatch):
    monkeypatch.setenv("AECLI_CACHE_DIR", str(mnist5k_cache))
    monkeypatch.chdir(tmp_path)


def test_standard_output_is_the_run_folder_and_nothing_else(tmp_path):
    """In a process of its own, with all that TensorFlow writes when it starts."""
    command = [sys.executable, "-m", "aecli", "train", "simple", *TINY]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TF_")}
    ended = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert ended.returncode == 0, ended.stderr
    (line,) = ended.stdout.splitlines()
    folder = tmp_path / line
    assert (folder / "run.json").is_file()
    assert folder.parent == tmp_path / "runs"
    said = ended.stderr.splitlines()
    assert said[0] == "Starting TensorFlow …"
    assert not [line for line in said if "tensorflow/" in line or ".cc:" in line or "Warning" in line]
    assert (folder / "train.log").read_text().splitlines() == said
    assert "\x1b" not in ended.stderr


@pytest.mark.usefixtures("tensorflow")
def test_a_run_can_be_listed_and_drawn(aecli, tmp_path):
    trained = aecli("train", "vae", *TINY, "--name", "mine", "--seed", 7, "--runs-dir", "there", "-q")
    assert trained.code == 0, trained.err
    run = Path(trained.out.strip())
    assert run.parent.name == "there"
    assert run.name.endswith("-mine")

    listed = aecli("runs", "--runs-dir", "there")
    (heading, line) = listed.out.splitlines()
    assert heading.split() == [
        "run",
        "model",
        "data",
        "(samples)",
        "epochs",
        "status",
        "test",
        "loss",
        "unit",
    ]
    words = ["dense", "×", "gaussian", "×", "elbo"]
    assert [run.name, *words, "mnist5k", "(64)", "1/1", "completed"] == line.split()[:10]
    assert line.split()[-1] == "nats/image"

    drawn = aecli("visualize", run.name[:20], "--runs-dir", "there", "--only", "manifold", "--samples", 3)
    assert drawn.out.split() == [str(Path("there") / run.name / "figures" / "manifold.png")]
    projected = aecli("visualize", run, "--projection", "tsne")
    assert (run / "figures" / "tsne.png").is_file(), projected.err
    (run / "figures" / "tsne.png").unlink()
    alone = aecli("visualize", run, "--only", "tsne", "--only", "loss")
    assert [Path(line).name for line in alone.out.split()] == ["tsne.png", "loss.png"]
    moving = aecli("visualize", run, "--only", "interpolation", "--only", "loss", "--gif")
    assert [Path(line).name for line in moving.out.split()] == [
        "interpolation.png",
        "interpolation.gif",
        "loss.png",
    ]
    misspelt = aecli("visualize", run, "--only", "manifolt")
    assert misspelt.code == 2
    assert "did you mean 'manifold'?" in misspelt.err


@pytest.mark.usefixtures("tensorflow")
def test_what_is_given_to_the_flags_ends_up_in_the_config(aecli):
    trained = aecli(
        "train",
        "conv",
        *TINY,
        "--seed",
        9,
        "--set",
        "model.filters=[2, 3]",
        "--set",
        "corruption={type: masking}",
        "-q",
    )
    text = (Path(trained.out.strip()) / "config.yaml").read_text()
    for line in ("filters: [2, 3]", "epochs: 1", "limit: 64", "seed: 9", "type: masking", "name: mnist5k"):
        assert line in text
    assert "auto" not in text


@pytest.mark.usefixtures("tensorflow")
def test_no_run_is_started_without_data(aecli, tmp_path, monkeypatch):
    monkeypatch.setenv("AECLI_MNIST_URL", "http://127.0.0.1:9/mnist.npz")
    monkeypatch.setenv("AECLI_CACHE_DIR", str(tmp_path / "empty"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.delenv("AECLI_DATA_DIR", raising=False)
    ended = aecli("train", "simple", "--set", "data.fallback=null")
    assert ended.code == 2
    assert "the full MNIST isn't on this machine" in ended.err
    assert "--set data.name=mnist5k" in ended.err
    assert not (tmp_path / "runs").exists()


@pytest.mark.usefixtures("tensorflow")
def test_the_doctor_fits_on_a_screen(aecli):
    ended = aecli("doctor")
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert len(lines) < 30
    for word in ("tensorflow", "keras", "python", "device", "data: mnist5k"):
        assert any(line.startswith(word) for line in lines)


def test_resuming_takes_no_other_settings(aecli):
    for arguments in (["conv"], ["--limit", 3], ["--set", "seed=1"], ["--name", "x"]):
        ended = aecli("train", "--resume", "latest", *arguments)
        assert ended.code == 2
        assert "--resume goes on with a run's own config" in ended.err
    assert aecli("train").code == 2


@pytest.mark.usefixtures("tensorflow", "no_figures")
def test_a_run_is_measured_once_it_is_trained_and_many_at_once_later(aecli):
    trained = aecli("train", "simple", *TINY, "--evaluate", "--name", "a")
    assert trained.code == 0, trained.err
    run = Path(trained.out.strip())
    assert "measured  WORSE than PCA" in trained.err
    reports = aecli("evaluate", run, run, "--json", "--nll-samples", 0, "-q")
    assert reports.code == 0, reports.err
    assert [report["run"] for report in json.loads(reports.out)] == [run.name, run.name]
    assert aecli("evaluate", run, "none").code == 2


@pytest.mark.usefixtures("tensorflow", "no_figures")
@pytest.mark.parametrize(
    ("value", "said"), [(0.7, "As the recipe mine expects"), (0.1, "NOT as the recipe mine expects")]
)
def test_a_run_of_a_recipe_ends_with_its_verdict(aecli, tmp_path, monkeypatch, value, said):
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "mine.yaml").write_text(
        f"""
        model: {{type: dense, latent: {{type: plain, dim: 4}}}}
        objective: {{type: reconstruction, loss: binary_crossentropy}}
        data: {{name: mnist5k, limit: 64}}
        training: {{epochs: 1}}
        expect:
          - {{metric: reconstruction.bce, value: {value}, tolerance: 0.1, data: mnist5k, source: post, epochs: 1}}
          - {{metric: reconstruction.bce, value: {value}1, tolerance: 0.1, data: mnist5k, source: measured, epochs: 1}}
        """
    )
    monkeypatch.setattr("aecli.config.recipes.recipes_folder", lambda: tmp_path / "recipes")
    trained = aecli("train", "mine")
    assert trained.code == 0, trained.err
    lines = trained.err.splitlines()
    (first,) = (number for number, line in enumerate(lines) if line.startswith("verdict "))
    verdict = lines[first:]
    assert " ".join(" ".join(verdict).split()).startswith(f"verdict {said}: reconstruction.bce 0.")
    assert f"(expected {value} ± 0.1 or {value}1 ± 0.1)" in " ".join(" ".join(verdict).split())
    assert len(verdict) > 1
    assert all(line.startswith("         ") for line in verdict[1:])
    assert max(map(len, verdict)) <= 80
    changed = aecli("train", "mine", "--limit", 63)
    assert "verdict" not in changed.err
