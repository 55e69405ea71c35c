"""The driver: every trial comes to its end once, whoever is killed in between."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import pytest

from aecli.core.errors import Interrupted, RunFailed
from aecli.runs.folder import RunFolder
from aecli.runs.lookup import runs_in
from aecli.runs.record import Status
from aecli.sweeps import drive as driving
from aecli.sweeps.folder import SweepFolder
from aecli.sweeps.opening import open_sweep
from tests.sweeps.made_up import TEXT, Killed, MadeUpWorkers, opened, outcome, run_of_trial, study_of


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(driving, "PAUSE", 0)


def go(sweep, folder, workers, check=lambda: None):
    study = study_of(sweep, folder)
    driving.drive(sweep, folder, study, workers, check)
    return study


def test_each_trial_reaches_what_its_run_does(tmp_path):
    sweep, folder = opened(tmp_path)
    study = go(sweep, folder, MadeUpWorkers())
    assert len(study.trials) == 12
    for trial in study.complete:
        run = run_of_trial(folder, trial.number)
        assert run.read_record().status is Status.COMPLETED
        assert trial.values == [pytest.approx(trial.params["training.optimizer.learning_rate"] + 1 / 6)]
        assert trial.intermediate_values[1] == pytest.approx(trial.values[0] + 1 - 1 / 6)
    best = study.complete[0]
    assert best.values[0] == min(trial.values[0] for trial in study.complete)


def test_no_more_at_once_than_there_are_workers(tmp_path):
    sweep, folder = opened(tmp_path)
    workers = MadeUpWorkers(count=3)
    assert len(go(sweep, folder, workers).trials) == 12
    assert workers.most == 3
    assert workers.starts == 12


def test_a_mean_over_seeds_counts(tmp_path):
    sweep, folder = opened(tmp_path, TEXT + "seeds: 3\n")
    trial = go(sweep, folder, MadeUpWorkers()).complete[0]
    rate = trial.params["training.optimizer.learning_rate"]
    assert trial.values == [pytest.approx(rate + 0.01 + 1 / 6)]  # seeds 0, 1 and 2 add 0, 0.01 and 0.02
    assert len(list(folder.runs.glob(f"*-trial-{trial.number:04}-seed-*"))) == 3


@pytest.mark.parametrize("pruner", ["median", "hyperband"])
def test_what_is_pruned_is_marked_so_and_stops_early(tmp_path, pruner):
    sweep, folder = opened(tmp_path, TEXT.replace("trials: 12", f"trials: 30\npruner: {pruner}"))
    study = go(sweep, folder, MadeUpWorkers())
    pruned = [trial for trial in study.trials if trial.state.name == "PRUNED"]
    assert 3 < len(pruned) < 30
    for trial in pruned:
        record = run_of_trial(folder, trial.number).read_record()
        assert record.status is Status.PRUNED
        assert record.reason.startswith(f"pruned after epoch {max(trial.intermediate_values)} at ")


def test_a_run_that_fails_ends_its_trial_and_not_the_sweep(tmp_path):
    text = TEXT.replace("{int: [2, 64], log: true}", "{choice: [12, 13]}")
    sweep, folder = opened(tmp_path, text)
    study = go(sweep, folder, MadeUpWorkers())
    for trial in study.trials:
        assert trial.state.name == ("FAIL" if trial.params["model.latent.dim"] == "13" else "COMPLETE")
        if trial.state.name == "FAIL":
            assert trial.user_attrs["reason"] == "the loss became nan"
    assert {trial.state.name for trial in study.trials} == {"FAIL", "COMPLETE"}


def test_where_all_fail_at_first_the_sweep_ends(tmp_path):
    sweep, folder = opened(tmp_path, TEXT.replace("{int: [2, 64], log: true}", "{int: [13, 15]}"))
    with pytest.raises(RunFailed, match="first 5 trials all failed, the last one: the loss became nan"):
        go(sweep, folder, MadeUpWorkers())


def test_values_that_do_not_go_together_fail_with_the_reason(tmp_path):
    text = """
base: {model: {type: dense}, data: {name: mnist5k}, objective: {loss: mse}}
search:
  model.latent: {choice: [{type: vq, tokens: 4}, {type: gaussian, dim: 4}]}
  objective.type: {choice: [reconstruction, mmd]}
sampler: grid
trials: 4
"""
    sweep, folder = opened(tmp_path, text)
    study = go(sweep, folder, MadeUpWorkers())
    by_values = {tuple(trial.params.values()): trial for trial in study.trials}
    assert len(by_values) == 4
    refused = by_values["{type: vq, tokens: 4}", "mmd"]
    assert refused.state.name == "FAIL"
    assert "'mmd' needs a latent of any numbers" in refused.user_attrs["reason"]
    assert by_values["{type: gaussian, dim: 4}", "mmd"].state.name == "COMPLETE"


def test_a_run_that_crashes_again_and_again_is_given_up(tmp_path):
    sweep, folder = opened(tmp_path)
    with pytest.raises(RunFailed, match="the first 5 trials all failed"):
        go(sweep, folder, MadeUpWorkers(dying=1.0))


def test_a_signal_stops_the_runs_and_the_same_command_goes_on(tmp_path):
    sweep, folder = opened(tmp_path)
    workers = MadeUpWorkers(count=2)
    looks = iter(range(10))

    def check():
        if next(looks, None) is None:
            raise Interrupted("stopped by SIGINT", 2)

    with pytest.raises(Interrupted):
        go(sweep, folder, workers, check)
    assert not workers.alive
    assert Status.INTERRUPTED in {run.read_record().status for run in runs_in(folder.runs)}
    study = go(sweep, folder, workers)
    assert len(study.trials) == 12
    assert len(list(folder.runs.iterdir())) == 12


@pytest.mark.parametrize("pruner", ["none", "hyperband"])
@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_instant_a_sweep_comes_to_what_it_would_have_come_to(tmp_path, seed, pruner):
    text = TEXT.replace("trials: 12", f"trials: 20\npruner: {pruner}")
    for place in ("undisturbed", "killed"):
        (tmp_path / place).mkdir()
    expected = outcome(go(*opened(tmp_path / "undisturbed", text), MadeUpWorkers()))
    sweep, folder = opened(tmp_path / "killed", text)
    random = Random(seed)
    workers = MadeUpWorkers(random=random, dying=0.02)
    kills = 20
    while True:
        workers.driver_is_dead = False

        def check():
            nonlocal kills
            if kills and random.random() < 0.2:
                kills -= 1
                workers.driver_is_dead = True
                raise Killed

        try:
            study = go(sweep, folder, workers, check)
            break
        except Killed:
            if random.random() < 0.5:  # in the middle of a line, or with the line before it lost too
                raw = folder.journal.read_bytes()
                folder.journal.write_bytes(raw[: -random.choice([1, 20, 300])])
    found = outcome(study)
    assert kills < 10
    assert len({number for number, *_ in found}) == 20 == len(list(folder.runs.iterdir()))
    if pruner == "none":
        assert found == expected
    else:  # what hyperband compares a trial with is in the journal's last lines
        assert [params for _, params, *_ in found[:5]] == [params for _, params, *_ in expected[:5]]
        assert all(state != "RUNNING" for _, _, state, _ in found)


@dataclass
class Damaging(MadeUpWorkers):
    """Workers that do something to the run of trial 2 as it ends."""

    damage: Callable[[RunFolder], object] = print

    def _end(self, job, run, status, **more):
        super()._end(job, run, status, **more)
        if job.name == "trial-0002":
            self.damage(run)


def last_epoch(cell):
    return lambda run: run.metrics.write_text(
        run.metrics.read_text().rpartition("\n6,")[0] + f"\n6,1,{cell},{cell}\n"
    )


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (last_epoch("nan"), "val_reconstruction was nan in the epoch that was kept"),
        (last_epoch("inf"), "val_reconstruction was inf in the epoch that was kept"),
        (last_epoch("?"), "metrics.csv: says nothing of val_reconstruction"),
        (lambda run: run.metrics.unlink(), "metrics.csv: says nothing of val_reconstruction"),
        (lambda run: run.record_file.write_text("{"), "run.json: damaged"),
    ],
)
def test_a_run_that_says_nothing_that_compares_fails_its_trial_alone(tmp_path, damage, reason):
    sweep, folder = opened(tmp_path)
    study = go(sweep, folder, Damaging(damage=damage))
    assert reason in study.trials[2].user_attrs["reason"]
    assert [trial.number for trial in study.trials if trial.state.name != "COMPLETE"] == [2]


def test_a_damaged_run_is_told_where_a_sweep_goes_on(tmp_path):
    sweep, folder = opened(tmp_path)
    study = study_of(sweep, folder)
    workers = MadeUpWorkers()
    trial = driving._made(sweep, folder, study, study.ask())
    driving._start(trial, workers)
    workers.is_alive(trial.job)
    workers.stop(trial.job)
    trial.job.run.record_file.write_text("{")
    assert "run.json: damaged" in go(sweep, folder, workers).trials[0].user_attrs["reason"]


def test_the_kept_epoch_is_known_without_the_run(tmp_path):
    sweep, folder = opened(tmp_path)
    assert {trial.user_attrs["kept"] for trial in go(sweep, folder, MadeUpWorkers()).complete} == {6}


def test_a_sweep_goes_on_in_a_folder_of_another_name(tmp_path):
    sweep, folder = opened(tmp_path)
    before = outcome(go(sweep, folder, MadeUpWorkers()))
    moved = SweepFolder(folder.path.rename(tmp_path / "other"))
    renamed = open_sweep(tmp_path / "lr.yaml", "other")
    assert outcome(study_of(renamed, moved)) == before
