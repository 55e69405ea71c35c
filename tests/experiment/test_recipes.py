"""Every recipe on disk, through the real command line: one epoch, a full run, figures drawn again."""

import csv
import json
from math import prod
from pathlib import Path

import pytest

from aecli.config.load import load_config
from aecli.config.recipes import find_config, recipes
from aecli.runs.folder import RunFolder

pytestmark = pytest.mark.usefixtures("tensorflow")


def _words(recipe):
    """What a recipe is made of; of two that are made of the same, sizes alone are new."""
    config = load_config(recipe.path).config
    words = (config.model, config.model.latent, config.objective, config.data, config.corruption)
    return *(
        each and each.model_dump().get("type", each.model_dump().get("name")) for each in words
    ), config.model.condition


def _first(key):
    """The first recipe of each kind, by name."""
    first = {}
    for recipe in recipes():
        first.setdefault(key(recipe), recipe.name)
    return set(first.values())


QUICK = _first(_words)
DRAWN_AGAIN = _first(lambda recipe: _words(recipe)[:2])
"""One of each network and latent: figures of the others are drawn alike."""


@pytest.mark.parametrize(
    "recipe",
    [pytest.param(each.name, marks=[] if each.name in QUICK else [pytest.mark.slow]) for each in recipes()],
)
def test_a_recipe_trains_for_an_epoch_and_can_be_drawn_again(
    recipe, aecli, tmp_path, mnist5k_cache, monkeypatch
):
    monkeypatch.setenv("AECLI_CACHE_DIR", str(mnist5k_cache))
    monkeypatch.setenv("AECLI_RUNS_DIR", str(tmp_path))
    for nothing_here in ("AECLI_DATA_DIR", "KERAS_HOME"):
        monkeypatch.setenv(nothing_here, str(tmp_path))
    source = load_config(find_config(recipe)).config.data
    needs_download = "would be downloaded" in source.whereabouts()
    data = "mnist5k" if needs_download else source.model_dump()["name"]
    settings = ["--epochs", 1, "--limit", 300, "--quiet"]
    settings += ["--set", f"data.name={data}"] if needs_download else []

    trained = aecli("train", recipe, *settings)
    assert trained.code == 0, trained.err
    # One epoch on a few samples can leave a latent unused, and that is said.
    assert all("Try " in line for line in trained.err.splitlines())
    (path,) = trained.out.splitlines()
    folder = RunFolder(Path(path))
    record = json.loads(folder.record_file.read_text())
    assert record["status"] == "completed"
    assert record["data"]["name"] == data
    with folder.metrics.open(newline="") as file:
        (row,) = csv.DictReader(file)
    # Less than a number that isn't looked at costs, under any of the errors; a likelihood is summed over them.
    assert 0 < float(row["test_total"]) < max(700, prod(record["data"]["sample_shape"]))
    assert record["data"]["train_samples"] <= 300

    assert list(folder.figures.iterdir())
    if recipe not in DRAWN_AGAIN:
        return
    drawn_at_first = {image.name: image.read_bytes() for image in folder.figures.iterdir()}
    again = aecli("visualize", "latest")
    assert again.code == 0, again.err
    assert {Path(line).name for line in again.out.splitlines()} == set(drawn_at_first)
    for image in folder.figures.iterdir():
        assert image.read_bytes() == drawn_at_first[image.name], f"{image.name} was drawn otherwise"
