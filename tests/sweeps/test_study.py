"""The study: the same chance after a stop, and a journal that was cut off."""

from math import log

import pytest
from optuna.trial import TrialState

from tests.sweeps.made_up import TEXT, opened, outcome, study_of


def test_what_comes_next_depends_on_seed_and_past_alone(tmp_path):
    (tmp_path / "once").mkdir()
    (tmp_path / "stopped").mkdir()
    sweep, folder = opened(tmp_path / "once")
    study = study_of(sweep, folder)
    for _ in range(8):
        trial = study.ask()
        study.tell(trial, TrialState.COMPLETE, trial.params["training.optimizer.learning_rate"])
    _, other = opened(tmp_path / "stopped")
    for _ in range(8):
        again = study_of(sweep, other)  # opened anew for each
        trial = again.ask()
        again.tell(trial, TrialState.COMPLETE, trial.params["training.optimizer.learning_rate"])
    assert outcome(study_of(sweep, other)) == outcome(study)


@pytest.mark.parametrize("line", [b'{"op_code": 4, "wor', b"[]\n", b"3\n", b"\xff\n"])
def test_a_damaged_line_is_taken_out_and_the_rest_stays(tmp_path, line):
    sweep, folder = opened(tmp_path)
    study = study_of(sweep, folder)
    for _ in range(3):
        study.tell(study.ask(), TrialState.COMPLETE, 1.0)
    before = outcome(study)
    with folder.journal.open("ab") as file:
        file.write(line)
    assert outcome(study_of(sweep, folder)) == before
    assert folder.journal.read_bytes().endswith(b"\n")


def test_good_regions_are_sought_out(tmp_path):
    """TPE draws learning rates nearer to the best one than chance does."""
    tried, name = {}, "training.optimizer.learning_rate"
    for sampler in ("tpe", "random"):
        (tmp_path / sampler).mkdir()
        sweep, folder = opened(tmp_path / sampler, TEXT + f"sampler: {sampler}\n")
        study = study_of(sweep, folder)
        for _ in range(30):
            trial = study.ask()
            study.tell(trial, TrialState.COMPLETE, abs(log(trial.params[name] / 0.01)))
        tried[sampler] = sum(trial.values[0] for trial in study.trials[10:]) / 20
    assert tried["tpe"] < 0.7 * tried["random"]


def test_the_setting_that_matters_is_the_important_one(tmp_path):
    sweep, folder = opened(tmp_path)
    study = study_of(sweep, folder)
    assert study.importance() == {}
    for _ in range(25):
        trial = study.ask()
        study.tell(trial, TrialState.COMPLETE, abs(trial.params["training.optimizer.learning_rate"] - 0.01))
    shares = study.importance()
    assert next(iter(shares)) == "training.optimizer.learning_rate"
    assert shares["training.optimizer.learning_rate"] > 0.6
