"""The README's commands are the ones that run, here and where changes are checked."""

import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
COMMANDS = [
    line for block in re.findall(r"```console\n(.*?)```", README, re.S) for line in block.splitlines()
]
TOUR = [command for command in COMMANDS if command.startswith("aecli ")]


def test_there_are_two_commands_and_the_second_is_what_every_change_must_pass():
    install = [command for command in COMMANDS if not command.startswith("aecli ")]
    assert len(install) == 2
    assert install[0].endswith(".venv/bin/aecli train configs/conv.yaml")
    assert install[1] in (ROOT / ".ci" / "run").read_text().splitlines()


@pytest.mark.usefixtures("tensorflow")
def test_the_tour_can_be_walked(aecli, tmp_path, mnist5k_cache, monkeypatch):
    """Every command in its order, trainings made short."""
    monkeypatch.setenv("AECLI_CACHE_DIR", str(mnist5k_cache))
    monkeypatch.setenv("AECLI_RUNS_DIR", str(tmp_path / "runs"))
    monkeypatch.setenv("AECLI_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setenv("AECLI_MNIST_URL", "http://127.0.0.1:9/mnist.npz")
    (tmp_path / "configs").symlink_to(ROOT / "configs")
    monkeypatch.chdir(tmp_path)
    assert len(TOUR) > 8
    for command in TOUR:
        arguments = shlex.split(command)[1:]
        if "--resume" in arguments:  # the tour's reader has stopped a run
            record = max((tmp_path / "runs").glob("*/run.json"))
            record.write_text(record.read_text().replace('"completed"', '"interrupted"'))
        elif arguments[0] == "train":
            arguments += ["--epochs", "1", "--limit", "100"]
        ended = aecli(*arguments)
        assert ended.code == 0, f"{command}\n{ended.err}"


def test_images_and_files_that_are_shown_exist():
    for target in re.findall(r"\]\((?!http)([^)]+)\)", README):
        assert (ROOT / target).is_file(), target


def test_every_recipe_is_in_the_table_with_its_three_words():
    from aecli.config.load import load_config
    from aecli.config.recipes import recipes
    from aecli.core.options import tag_of

    for recipe in recipes():
        config = load_config(recipe.path).config
        words = " × ".join(map(tag_of, (config.model, config.model.latent, config.objective)))
        assert f"| `{recipe.name}` | {words} |" in README


def test_the_config_shown_is_right():
    from aecli.config.load import check
    from aecli.config.yaml_text import parse

    (shown,) = re.findall(r"```yaml\n(.*?)```", README, re.S)
    check(parse(shown, "README"), "README")
