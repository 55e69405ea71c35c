"""The JSON schema of configs, and that nothing in a config is without a word of explanation."""

import json
from typing import Any

import pytest

from aecli.config.recipes import recipes_folder
from aecli.config.schema import Config
from aecli.core.options import Options, Registry
from aecli.data.corruption import CORRUPTIONS
from aecli.data.sources.mnist import Mnist
from aecli.data.sources.source import DATA_SETS
from aecli.models.spec import MODELS
from aecli.training.optimizers import OPTIMIZERS
from aecli.training.options import EarlyStopping, Execution, TrainingOptions
from aecli.training.schedules import SCHEDULES

SCHEMA: dict[str, Any] = Config.model_json_schema()
REGISTRIES: dict[tuple[str, str], Registry[Any]] = {
    ("Config", "model"): MODELS,
    ("Config", "data"): DATA_SETS,
    ("Config", "corruption"): CORRUPTIONS,
    ("TrainingOptions", "optimizer"): OPTIMIZERS,
    ("TrainingOptions", "schedule"): SCHEDULES,
}
CLASSES: list[type[Options]] = [
    Config,
    TrainingOptions,
    EarlyStopping,
    Execution,
    *(entry for registry in REGISTRIES.values() for _, entry in registry.items()),
]
each_class = pytest.mark.parametrize("options", CLASSES, ids=lambda options: options.__name__)


def part(options: type[Options]) -> dict[str, Any]:
    """The schema of an option class."""
    return SCHEMA if options is Config else SCHEMA["$defs"][options.__name__]


@each_class
def test_the_schema_has_each_option_and_nothing_else(options: type[Options]) -> None:
    assert part(options)["properties"].keys() == options.model_fields.keys()
    assert part(options)["additionalProperties"] is False


@each_class
def test_each_option_is_explained(options: type[Options]) -> None:
    assert options.__doc__
    for name, described in part(options)["properties"].items():
        assert described.get("description", "").strip(), f"{options.__name__}.{name} has no docstring"


@each_class
def test_the_schema_requires_what_the_loader_requires(options: type[Options]) -> None:
    required = [name for name, field in options.model_fields.items() if field.is_required()]
    for registry in REGISTRIES.values():
        if options in dict(registry.items()).values() and options is not Mnist:
            required.append(registry.tag)  # only `data` may leave out which one it is
    assert sorted(part(options).get("required", [])) == sorted(required)


@pytest.mark.parametrize(("owner", "option"), REGISTRIES, ids=lambda part: part)
def test_the_schema_offers_each_registered_choice(owner: str, option: str) -> None:
    properties = SCHEMA["properties"] if owner == "Config" else SCHEMA["$defs"][owner]["properties"]
    described = properties[option]
    alternatives = [described, *described.get("anyOf", [])]
    (mapping,) = [found["discriminator"]["mapping"] for found in alternatives if "discriminator" in found]
    assert set(mapping) == set(REGISTRIES[owner, option])


def test_the_schema_beside_the_recipes_is_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    from aecli.cli.schema import command

    command()
    printed = capsys.readouterr().out
    assert json.loads(printed) == SCHEMA
    kept = recipes_folder() / "schema.json"
    assert kept.is_file(), f"make it: aecli schema > {kept}"
    assert kept.read_text(encoding="utf-8") == printed, f"outdated; make it again: aecli schema > {kept}"
