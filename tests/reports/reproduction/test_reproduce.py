"""The command on a recipe that takes a second."""

import json
import sys

import pytest

from aecli.reports.reproduction.document import NEWER, OLDER
from aecli.runs.lookup import runs_in
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
    def run(*arguments, value=0.6, name="tiny"):
        from aecli.cli import main
        from aecli.experiment import draw
        from aecli.figures import reconstructions

        (tmp_path / f"{name}.yaml").write_text(RECIPE.format(value=value))
        options = ["--data", "mnist5k", "--runs-dir", str(tmp_path / "runs"), "-q"]
        monkeypatch.setattr(draw, "gallery", lambda: [("reconstructions", reconstructions.draw)])
        monkeypatch.setattr(
            sys,
            "argv",
            ["aecli", "reproduce", str(tmp_path / f"{name}.yaml"), *options, *map(str, arguments)],
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
    assert "dense × plain × reconstruction; 1 epochs; seeds 0, 1; " in text
    record = folder.read_record()
    assert f"- data: mnist5k; test images: {record.data['test_fingerprint']} (fingerprint)" in text
    assert f"- training started: {record.started}" in text
    assert f"keras {record.versions['keras']}" in text
    assert record.platform in text
    assert f"--report {document}`" in text
    assert "(results/tiny-reconstructions.png)" in text
    assert (document.parent / "results" / "tiny-reconstructions.png").is_file()

    code, out = reproduce(value=0.1)
    assert code == 1
    assert "DRIFT" in out


def test_a_report_keeps_what_it_says_of_other_recipes(reproduce, tmp_path):
    document = tmp_path / "RESULTS.md"
    reproduce("--report", document)
    first = document.read_text()
    document.write_text(first.replace("It is | small.", "It was small."))
    reproduce("--report", document, name="tiny_adam")  # the same config, so the same run
    both = document.read_text()
    old, new = parts(first), parts(both)
    assert new["tiny"] == old["tiny"].replace("It is | small.", "It was small.")
    assert new[OLDER] == old[OLDER]
    assert new[NEWER] == old[OLDER].replace("| tiny |", "| tiny_adam |")
    assert "It is | small." in new["tiny_adam"]
    assert list(new) == ["# Results", OLDER, NEWER, "tiny", "tiny_adam"]
    for name in ("tiny", "tiny_adam"):
        assert (document.parent / "results" / f"{name}-reconstructions.png").is_file()

    reproduce("--report", document, value=0.1)
    again = parts(document.read_text())
    assert {name for name in again if again[name] != new[name]} == {OLDER, "tiny"}
    assert again[OLDER] == old[OLDER].replace("0.6 (±0.2)", "0.1 (±0.2)").replace("| ok |", "| DRIFT |", 1)
    assert "It is | small." in again["tiny"]


def test_a_figure_that_a_recipe_has_no_more_is_taken_away(reproduce, tmp_path):
    reproduce("--report", tmp_path / "RESULTS.md")
    (folder,) = runs_in(reproduce.runs_dir)
    (folder.figures / "reconstructions.png").unlink()
    reproduce("--report", tmp_path / "RESULTS.md")
    assert list((tmp_path / "results").iterdir()) == []


def test_another_document_is_refused_before_anything_is_trained(reproduce, tmp_path):
    (tmp_path / "NOTES.md").write_text("# Notes\n")
    code, _ = reproduce("--report", tmp_path / "NOTES.md")
    assert code == 2
    assert (tmp_path / "NOTES.md").read_text() == "# Notes\n"
    assert not reproduce.runs_dir.exists()


def parts(text):
    """A document's parts by their headings."""
    return {part.partition("\n")[0]: part.partition("\n")[2].strip() for part in text.split("\n## ")}


def test_an_interrupted_run_is_gone_on_with(reproduce):
    reproduce()
    (folder,) = runs_in(reproduce.runs_dir)
    folder.read_record().updated(folder.record_file, status=Status.INTERRUPTED)
    code, _ = reproduce()
    assert code == 0
    assert [run.read_record().status for run in runs_in(reproduce.runs_dir)] == [Status.COMPLETED]
