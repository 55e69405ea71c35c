"""Every recipe on disk, through the real command line: one epoch, a whole run, figures drawn again."""

import csv
import json
from pathlib import Path

import pytest

from aecli.config import load_config
from aecli.config.recipes import find_config, recipes
from aecli.run_folder import RunFolder

pytestmark = pytest.mark.usefixtures("tensorflow")


@pytest.mark.parametrize("recipe", [recipe.name for recipe in recipes()])
def test_a_recipe_trains_for_an_epoch_and_can_be_drawn_again(
    recipe, aecli, tmp_path, mnist5k_cache, monkeypatch
):
    monkeypatch.setenv("AECLI_CACHE_DIR", str(mnist5k_cache))
    monkeypatch.setenv("AECLI_RUNS_DIR", str(tmp_path))
    config = load_config(find_config(recipe)).config
    data = config.data.model_dump()["name"].replace("mnist", "mnist5k")  # the one that needs no network
    settings = ["--epochs", 1, "--limit", 300, "--set", f"data.name={data}", "--quiet"]

    trained = aecli("train", recipe, *settings)
    assert trained.code == 0, trained.err
    assert trained.err == ""
    (path,) = trained.out.splitlines()
    folder = RunFolder(Path(path))
    record = json.loads(folder.record_file.read_text())
    assert record["status"] == "completed"
    assert record["data"]["name"] == data
    with folder.metrics.open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert 0 < float(row["val_total"]) < 700
    assert record["data"]["train_images"] <= 300

    drawn_at_first = {picture.name: picture.read_bytes() for picture in folder.figures.iterdir()}
    again = aecli("visualize", "latest")
    assert again.code == 0, again.err
    assert {Path(line).name for line in again.out.splitlines()} == set(drawn_at_first)
    for picture in folder.figures.iterdir():
        assert picture.read_bytes() == drawn_at_first[picture.name], f"{picture.name} was drawn otherwise"
