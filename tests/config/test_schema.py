"""The JSON schema of configs, and that nothing in a config is without a word of explanation."""

import json
from typing import Any

import pytest

from aecli.config.load import check
from aecli.config.overrides import parse_set
from aecli.config.recipes import recipes_folder
from aecli.config.schema import Config
from aecli.config.yaml_text import parse
from aecli.core.errors import ConfigError
from aecli.core.options import Options, Registry
from aecli.data.corruption import CORRUPTIONS
from aecli.data.sources.mnist import Mnist
from aecli.data.sources.source import DATA_SETS
from aecli.models.latents.latent import LATENTS
from aecli.models.latents.plain import Plain
from aecli.models.networks.network import NETWORKS
from aecli.objectives.objective import NEEDS, OBJECTIVES
from aecli.objectives.reconstruction import Reconstruction
from aecli.training.optimizers import OPTIMIZERS
from aecli.training.options import EarlyStopping, Execution, TrainingOptions
from aecli.training.schedules import SCHEDULES

SCHEMA: dict[str, Any] = Config.model_json_schema()
REGISTRIES: dict[tuple[str, str], Registry[Any]] = {
    ("Config", "model"): NETWORKS,
    **{(network.__name__, "latent"): LATENTS for _, network in NETWORKS.items()},
    ("Config", "objective"): OBJECTIVES,
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
    *{entry: None for registry in REGISTRIES.values() for _, entry in registry.items()},
]
UNNAMED = (Mnist, Plain, Reconstruction)
"""What a section is that doesn't say what it is."""

each_class = pytest.mark.parametrize("options", CLASSES, ids=lambda options: options.__name__)


def part(options: type[Options]) -> dict[str, Any]:
    """The schema of an option class."""
    if options is Config:
        return SCHEMA
    known, name = SCHEMA["$defs"], options.__name__
    # There are a Gaussian latent and Gaussian noise: pydantic puts the module before what isn't the only one.
    return known[name] if name in known else known[f"{options.__module__}.{name}".replace(".", "__")]


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
    tags = {registry.tag for registry in REGISTRIES.values() if options in dict(registry.items()).values()}
    if options not in UNNAMED:
        required.extend(tags)
    assert sorted(part(options).get("required", [])) == sorted(required)


@pytest.mark.parametrize(("owner", "option"), REGISTRIES, ids=lambda part: part)
def test_the_schema_offers_each_registered_choice(owner: str, option: str) -> None:
    (owning,) = [options for options in CLASSES if options.__name__ == owner]
    described = part(owning)["properties"][option]
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


PAIRS = [
    (
        "model: {type: dense, latent: {type: topk}}\nobjective: {type: elbo}\n",
        "2:13: objective.type: 'elbo' needs a latent with a density: set model.latent.type=gaussian",
    ),
    (
        "model: {type: dense, latent: {type: gaussian}}\n",
        "1:31: model.latent.type: 'gaussian' needs an objective that keeps its variance above 0, which "
        "'reconstruction' doesn't: set objective.type to one of adversarial, elbo, iwae, mmd, tc",
    ),
    (
        "model: {type: conv}\nobjective: {type: masked}\n",
        "2:13: objective.type: 'masked' needs a corruption that hides numbers: set corruption.type=masking",
    ),
    (
        "model: {type: conv}\nobjective: {type: masked}\ncorruption: {type: gaussian}\n",
        "2:13: objective.type: 'masked' needs a corruption that hides numbers: set corruption.type=masking",
    ),
    (
        "model: {type: lstm}\nobjective: {type: contractive}\n",
        "2:13: objective.type: 'contractive' needs a network whose gradient has a gradient: set model.type=dense or "
        "model.type=conv",
    ),
    (
        "model: {type: dense, latent: {dim: 8, activation: relu}}\nobjective: {type: mmd}\n",
        "2:13: objective.type: 'mmd' needs a latent of any numbers: set model.latent.type=gaussian, or give a plain "
        "one its 'dim' and 'activation: linear'",
    ),
    (
        "model: {type: dense, latent: {type: plain}}\n",
        "1:22: model.latent: a 'dense' network without hidden layers needs a latent of its own size: add 'dim: 32'",
    ),
]


@pytest.mark.parametrize(("text", "said"), PAIRS)
def test_words_that_do_not_go_together_are_told_what_to_type(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check(parse(text, "f.yaml"), "f.yaml")
    assert str(caught.value) == f"f.yaml:{said}"
    assert len(str(caught.value)) < 3 * 80


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        (PAIRS[0][0], ["model.latent.type=gaussian"]),
        (PAIRS[1][0], ["objective.type=elbo"]),
        (PAIRS[1][0], ["objective.type=mmd"]),
        (PAIRS[2][0], ["corruption.type=masking"]),
        (PAIRS[4][0], ["model.type=conv"]),
        (PAIRS[4][0], ["model.type=dense"]),
        (PAIRS[5][0], ["model.latent.type=gaussian"]),
        (PAIRS[5][0], ["model.latent.activation=linear"]),
        (PAIRS[6][0], ["model.latent.dim=32"]),
        (PAIRS[6][0], ["model.hidden=[32]"]),
    ],
)
def test_what_they_are_told_to_type_is_right(text: str, flags: list[str]) -> None:
    check(parse(text, "f.yaml"), "f.yaml", [parse_set(flag) for flag in flags])


def test_each_need_of_an_objective_is_served_by_something_and_explained() -> None:
    needs = {need for _, objective in OBJECTIVES.items() for need in objective.needs}
    assert needs == NEEDS.keys()
