"""The recipes that ship with aecli, and what a user means by CONFIG."""

import os
from dataclasses import dataclass
from pathlib import Path

from aecli.core.errors import ConfigError
from aecli.core.text import did_you_mean, printable


@dataclass(frozen=True)
class Recipe:
    """A shipped config.

    Attributes:
        name: What it is called on the command line: its file's name without `.yaml`.
        path: Its file.
        summary: The first line of its header.
    """

    name: str
    path: Path
    summary: str


def recipes_folder() -> Path:
    """Where the recipes are: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "configs"
    return installed if installed.is_dir() else package.parent / "configs"


def recipes() -> list[Recipe]:
    """All recipes, by name."""
    return [Recipe(path.stem, path, summary(path)) for path in sorted(recipes_folder().glob("*.yaml"))]


def find_config(argument: str) -> Path:
    """The file that CONFIG means: a path, or the name of a recipe.

    Raises:
        ConfigError: It is neither.
    """
    path = Path(argument)
    if os.path.isfile(argument):  # noqa: PTH113 - Path's own raises where a name is too long
        return path
    known = {recipe.name: recipe.path for recipe in recipes()}
    if argument in known:
        return known[argument]
    shown = printable(argument, 200)
    if not argument:
        raise ConfigError("CONFIG is empty; give a YAML file or the name of a recipe")
    if os.path.isdir(argument):  # noqa: PTH112
        raise ConfigError(f"{shown}: is a folder; give a config file in it")
    if path.stem in known:
        raise ConfigError(f"{shown}: no such file; for the recipe that ships with aecli type '{path.stem}'")
    raise ConfigError(f"{shown}: no such file, and no recipe of that name; {did_you_mean(path.stem, known)}")


def summary(path: Path) -> str:
    """The first comment of a file that is no instruction for an editor."""
    for line in path.read_text(encoding="utf-8").splitlines():
        text = line.removeprefix("#").strip()
        if line.startswith("#") and text and not text.startswith("yaml-language-server"):
            return text
    return ""
