"""Which runs count, and which config a recipe is trained with."""

from pathlib import Path

import pytest

from aecli.config.load import load_config
from aecli.config.trial import expects, trial
from aecli.core.errors import ConfigError, RequestError
from aecli.reports.reproduction import trials
from aecli.reports.reproduction.trials import (
    FoundRun,
    finished,
    finished_seeds,
    on_same_data,
    unfinished,
)
from aecli.runs.folder import RunFolder
from aecli.runs.record import Record, Status
from tests.runs.test_record import record

RECIPE = """
model: {type: dense}
data: {name: mnist, fallback: mnist5k, limit: 7, validation_split: 0.1}
training: {epochs: 50}
seed: 5
expect:
  - {metric: reconstruction.bce, value: 0.1, data: mnist5k, source: post, epochs: 3, cpu_minutes: 1.5}
"""


@pytest.fixture
def recipe(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(RECIPE)
    return path


def run_of(config, status=Status.COMPLETED, name="r"):
    made = Record.model_construct(status=status, weights="")
    return FoundRun(RunFolder(Path(name)), made, config)


def test_a_recipe_moves_to_another_data_set_with_its_limits(recipe):
    config = trial(recipe, "mnist5k").config
    kept = {"limit": 7, "validation_split": 0.1, "train_without": (), "binarize": None}
    assert config.data.model_dump() == {"name": "mnist5k", **kept}
    assert config.training.epochs == 3
    assert trial(recipe, "mnist5k").cpu_minutes == 1.5


def test_a_recipe_on_binary_images_takes_them_along(recipe):
    recipe.write_text(RECIPE.replace("limit: 7", "limit: 7, binarize: dynamic"))
    assert trial(recipe, "mnist5k").config.data.binarize == "dynamic"


def test_no_other_data_takes_the_place_of_what_was_asked_for(recipe):
    on_mnist = trial(recipe, "mnist")
    assert on_mnist.config.data.fallback is None
    assert on_mnist.config.training.epochs == 50
    assert on_mnist.expectations == ()
    with pytest.raises(RequestError, match=r"expects nothing of mnits; .* --data mnist5k"):
        trial(recipe, "mnits")
    recipe.write_text(RECIPE.partition("expect:")[0])
    with pytest.raises(ConfigError, match="mnits"):
        trial(recipe, "mnits")


def test_seeds_count_from_the_recipes_own(recipe):
    assert [trial(recipe, "mnist5k").seeded(repeat).seed for repeat in range(2)] == [5, 6]


def test_a_run_counts_however_its_loop_was_executed(recipe):
    config = trial(recipe, "mnist5k").config
    execution = config.training.execution.model_copy(update={"compile": True, "chunk_steps": 3})
    training = config.training.model_copy(update={"execution": execution})
    assert finished(config, [run_of(config.model_copy(update={"training": training}))])


def test_a_run_of_another_config_or_seed_or_end_does_not_count(recipe):
    config = trial(recipe, "mnist5k").config
    other = load_config(recipe).config
    assert finished(config, [run_of(other)]) is None
    assert finished(config, [run_of(config.model_copy(update={"seed": 6}))]) is None
    assert finished(config, [run_of(config, Status.FAILED)]) is None
    assert unfinished(config, [run_of(config, Status.CRASHED)])


def test_every_finished_seed_counts_once(recipe):
    config = trial(recipe, "mnist5k").config
    runs = [run_of(config.model_copy(update={"seed": seed}), name=f"{i}") for i, seed in enumerate([6, 5, 6])]
    assert [run.folder.id for run in finished_seeds(config, runs)] == ["1", "0"]


def test_a_run_on_other_data_of_the_same_name_does_not_count(recipe):
    record = {"train_fingerprint": "a", "test_fingerprint": "b"}
    run = run_of(trial(recipe, "mnist5k").config)
    run.record.__dict__["data"] = record
    assert on_same_data([run], record) == [run]
    assert on_same_data([run], {**record, "train_fingerprint": "c"}) == []


def test_runs_of_another_version_are_skipped(recipe, tmp_path, monkeypatch):
    folder = tmp_path / "runs" / "20261123-000000-x"
    folder.mkdir(parents=True)
    (folder / "config.yaml").write_text("model: {type: dense}\n")
    record(versions={"aecli": "1.0"}).write(folder / "run.json")
    monkeypatch.setattr(trials, "version", lambda _: "1.0")
    assert len(trials.runs_of_this_version(tmp_path / "runs")) == 1
    monkeypatch.setattr(trials, "version", lambda _: "1.1")
    assert trials.runs_of_this_version(tmp_path / "runs") == []


def test_a_recipe_for_other_data_is_not_even_asked(recipe):
    assert expects(recipe, "mnist5k")
    assert not expects(recipe, "images")
