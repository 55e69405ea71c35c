"""Trials that the journal lost, found again in their runs."""

import pytest

from aecli.sweeps import drive as driving
from tests.sweeps.made_up import TEXT, MadeUpWorkers, opened, outcome, study_of

RATE = "training.optimizer.learning_rate: {log: [1e-4, 1e-1]}"


def text(searched):
    """A sweep of the learning rate and another setting."""
    base = TEXT.partition("search:")[0].replace("type: dense", "type: dense, hidden: [8]")
    return f"{base}search:\n  {RATE}\n  {searched}\ntrials: 6\n"


@pytest.mark.parametrize(
    "searched",
    [
        "model.hidden: {choice: [[8], [32]]}",
        "model.latent: {choice: [{dim: 4}, {dim: 8}]}",  # a run's config says its type too
        "training.schedule: {choice: [null, {type: cosine}]}",
        "training.optimizer.beta_1: {choice: [0, 0.5]}",  # 0 is 0.0 in a run's config
        "training.early_stopping.patience: {int: [2, 3]}",
        "model.type: {choice: [dense, conv]}",  # which has no hidden layers of this kind
    ],
)
def test_a_lost_journal_is_written_anew(tmp_path, monkeypatch, searched):
    monkeypatch.setattr(driving, "PAUSE", 0)
    sweep, folder = opened(tmp_path, text(searched).replace("hidden: [8]", "hidden: [8], latent: {dim: 4}"))
    driving.drive(sweep, folder, study_of(sweep, folder), MadeUpWorkers(), lambda: None)
    before = outcome(study_of(sweep, folder))
    folder.journal.unlink()
    workers = MadeUpWorkers()
    driving.drive(sweep, folder, study_of(sweep, folder), workers, lambda: None)
    assert outcome(study_of(sweep, folder)) == before
    assert workers.starts == 0


def test_a_run_whose_config_is_of_another_sweep_is_no_trial(tmp_path, monkeypatch):
    monkeypatch.setattr(driving, "PAUSE", 0)
    sweep, folder = opened(tmp_path, text("model.hidden: {choice: [[8], [32]]}"))
    driving.drive(sweep, folder, study_of(sweep, folder), MadeUpWorkers(), lambda: None)
    folder.journal.unlink()
    run = next(folder.runs.glob("*-trial-0002")) / "config.yaml"
    run.write_text(run.read_text().replace("hidden: [", "hidden: [7, "))
    driving.drive(sweep, folder, study_of(sweep, folder), MadeUpWorkers(), lambda: None)
    trials = outcome(study_of(sweep, folder))
    assert [state for _, _, state, _ in trials] == ["COMPLETE"] * 2 + ["FAIL"] + ["COMPLETE"] * 3
