"""The command on a recipe that takes a second."""

import json
import sys

import pytest

from aecli.runs.folder import runs_in
from aecli.runs.record import Status

RECIPE = """\
# A tiny autoencoder for this test.
model: {{type: dense, latent: {{dim: 4}}}}
data: {{name: mnist, fallback: mnist5k, limit: 200}}
training: {{epochs: 50, batch_size: 100}}
expect:
  - {{metric: reconstruction.bce, value: {value}, tolerance: 0.2, data: mnist5k, source: post, epochs: 1,
     cpu_minutes: 0.1, note: "It is | small."}}
  - {{metric: cost.epochs, value: 1.0, tolerance: 0.0, data: mnist5k, source: measured, epochs: 1,
     cpu_minutes: 0.1}}
"""


@pytest.fixture
def reproduce(tmp_path, monkeypatch, capsys):
    def run(*arguments, value=0.6):
        from aecli.cli import main
        from aecli.experiment import draw
        from aecli.figures import reconstructions

        (tmp_path / "tiny.yaml").write_text(RECIPE.format(value=value))
        options = ["--data", "mnist5k", "--runs-dir", str(tmp_path / "runs"), "-q"]
        monkeypatch.setattr(draw, "gallery", lambda: [("reconstructions", reconstructions.draw)])
        monkeypatch.setattr(
            sys, "argv", ["aecli", "reproduce", str(tmp_path / "tiny.yaml"), *options, *map(str, arguments)]
        )
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, capsys.readouterr().out

    run.runs_dir = tmp_path / "runs"
    return run


def test_it_trains_what_is_missing_once_and_reports(reproduce, tmp_path):
    code, out = reproduce()
    assert code == 0
    assert "reconstruction.bce" in out
    (folder,) = runs_in(reproduce.runs_dir)
    measured = folder.evaluation.stat().st_mtime_ns

    code, again = reproduce()
    assert (code, again) == (0, out)
    assert len(runs_in(reproduce.runs_dir)) == 1
    assert folder.evaluation.stat().st_mtime_ns == measured

    document = tmp_path / "docs" / "RESULTS.md"
    document.parent.mkdir()
    code, out = reproduce("--seeds", 2, "--report", document)
    assert code == 0
    assert len(runs_in(reproduce.runs_dir)) == 2
    assert " ± " in out
    text = document.read_text()
    reached = json.loads(folder.evaluation.read_text())["own"]["metrics"]["reconstruction.bce"]["value"]
    assert f"{reached:.4g}" in text
    assert "It is | small." in text
    assert "seeds 0, 1" in text
    assert "(results/tiny-reconstructions.png)" in text
    assert (document.parent / "results" / "tiny-reconstructions.png").is_file()

    code, out = reproduce(value=0.1)
    assert code == 1
    assert "DRIFT" in out


def test_an_interrupted_run_is_gone_on_with(reproduce):
    reproduce()
    (folder,) = runs_in(reproduce.runs_dir)
    folder.read_record().updated(folder.record_file, status=Status.INTERRUPTED)
    code, _ = reproduce()
    assert code == 0
    assert [run.read_record().status for run in runs_in(reproduce.runs_dir)] == [Status.COMPLETED]
