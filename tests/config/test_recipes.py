"""The recipes in configs/, and what CONFIG means on the command line."""

from pathlib import Path

import pytest

from aecli.config.load import load_config
from aecli.config.recipes import Recipe, find_config, recipes, recipes_folder
from aecli.core.errors import ConfigError

ALL = recipes()
each = pytest.mark.parametrize("recipe", ALL, ids=[recipe.name for recipe in ALL])


def test_every_yaml_file_of_the_folder_is_a_recipe() -> None:
    assert {recipe.path.name for recipe in ALL} == {path.name for path in recipes_folder().glob("*.y*ml")}
    assert {"simple", "deep", "sparse", "conv", "denoising", "seq2seq", "vae"} <= {
        recipe.name for recipe in ALL
    }


@each
def test_a_recipe_loads(recipe: Recipe) -> None:
    load_config(recipe.path)


@each
def test_the_header_tells_editors_where_the_schema_is(recipe: Recipe) -> None:
    first = recipe.path.read_text(encoding="utf-8").splitlines()[0]
    prefix, _, schema = first.partition("$schema=")
    assert prefix == "# yaml-language-server: "
    assert (recipe.path.parent / schema).is_file()


@each
def test_the_header_sums_up_and_names_the_run_command(recipe: Recipe) -> None:
    header = [line for line in recipe.path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    assert header[1] == f"# {recipe.summary}"
    assert recipe.summary.endswith(".")
    assert f"# Run:     aecli train {recipe.name}" in header
    for word in ("Shows:", "Expect:", "Takes:", "Source:"):
        (line,) = [line for line in header if line.startswith(f"# {word}")]
        assert len(line.removeprefix(f"# {word}").split()) > 2, f"{word} says nothing"


@each
@pytest.mark.parametrize(
    "option",
    [
        ("training", "optimizer", "type"),
        ("training", "optimizer", "learning_rate"),
        ("objective", "loss or likelihood"),
        ("training", "epochs"),
        ("training", "batch_size"),
        ("data", "name"),
        ("seed",),
    ],
    ids=".".join,
)
def test_what_decides_the_result_is_written_out(recipe: Recipe, option: tuple[str, ...]) -> None:
    loaded = load_config(recipe.path)
    if option[0] == "objective":
        option = ("objective", loaded.config.objective.error_option)
    assert option in loaded.origins


@each
def test_a_recipe_runs_without_a_network_too(recipe: Recipe) -> None:
    data = load_config(recipe.path).config.data.model_dump()
    assert (
        (data["name"], data.get("fallback")) == ("mnist", "mnist5k")
        or data["name"] == "sine_waves"
        or data["path"].startswith("package:")
    )


@each
def test_the_header_of_a_recipe_for_your_data_says_what_to_change(recipe: Recipe) -> None:
    data = load_config(recipe.path).config.data.model_dump()["name"]
    if data != "mnist" or recipe.name == "anomaly":
        assert "\n# Yours:   " in recipe.path.read_text(encoding="utf-8")


def test_a_recipe_is_found_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_config("conv") == recipes_folder() / "conv.yaml"


def test_a_file_is_found_by_its_path_before_any_recipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").touch()
    (tmp_path / "conv").touch()
    assert find_config("mine.yaml") == Path("mine.yaml")
    assert find_config(str(tmp_path / "mine.yaml")) == tmp_path / "mine.yaml"
    assert find_config("conv") == Path("conv")


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("folder", "folder: is a folder; give a config file in it"),
        ("cnov", "cnov: no such file, and no recipe of that name; did you mean 'conv'?"),
        ("conv.yaml", "conv.yaml: no such file; for the recipe that ships with aecli type 'conv'"),
        ("x/conv.yml", "x/conv.yml: no such file; for the recipe that ships with aecli type 'conv'"),
        ("", "CONFIG is empty; give a YAML file or the name of a recipe"),
        ("\x1b[31m", r"\x1b[31m: no such file, and no recipe of that name; known here: aae, anomaly, "),
        ("a\x00b", r"a\x00b: no such file, and no recipe of that name; known here: aae, anomaly, "),
        ("x" * 5000, "x" * 200 + "…: no such file, and no recipe of that name; known here: aae, anomaly, "),
    ],
)
def test_what_is_no_config_says_what_could_be_meant(
    argument: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    with pytest.raises(ConfigError) as caught:
        find_config(argument)
    assert str(caught.value).startswith(said)


def test_a_folder_does_not_hide_a_recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "conv").mkdir()
    assert find_config("conv") == recipes_folder() / "conv.yaml"
