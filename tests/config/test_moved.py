"""Configs from before networks, latents and objectives were chosen apart are told what to type now."""

import pytest

from aecli.config.load import check
from aecli.config.overrides import parse_set
from aecli.config.yaml_text import parse
from aecli.core.errors import ConfigError


def mistakes(text: str, *assignments: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        check(parse(text, "f.yaml"), "f.yaml", [parse_set(assignment) for assignment in assignments])
    return str(caught.value).splitlines()


def test_options_that_moved_are_named_at_their_old_place() -> None:
    assert mistakes(
        "model:\n  type: conv\n  latent_dim: 3\n  activity_l1: 1e-4\n  beta: 2\n"
        "training:\n  loss: mse\n  epoch: 3\n"
    ) == [
        "f.yaml:3:3: model.latent_dim: is now model.latent.dim",
        "f.yaml:4:3: model.activity_l1: is now model.latent.activity_l1",
        "f.yaml:5:3: model.beta: is now objective.beta",
        "f.yaml:7:3: training.loss: is now objective.loss",
        "f.yaml:8:3: training.epoch: unknown option; did you mean 'epochs'?",
    ]


def test_what_a_size_alone_would_change_is_told() -> None:
    assert mistakes("model: {type: lstm, latent_dim: 3}") == [
        "f.yaml:1:21: model.latent_dim: is now model.encoder_units"
    ]
    assert mistakes("model: {type: dense, latent_dim: 3}") == [
        "f.yaml:1:22: model.latent_dim: is now model.latent.dim, with 'activation: relu' beside it for what it was"
    ]


def test_variational_models_are_told_their_three_words_and_all_their_options() -> None:
    assert mistakes("model: {type: vae, latent_dim: 3, beta: 4}\ntraining: {loss: mse}") == [
        "f.yaml:1:15: model.type: 'vae' is now 'type: dense, hidden: [256]' with 'latent: {type: gaussian}' and "
        "'objective: {type: elbo}'",
        "f.yaml:1:20: model.latent_dim: is now model.latent.dim",
        "f.yaml:1:35: model.beta: is now objective.beta",
        "f.yaml:2:12: training.loss: is now objective.likelihood: bernoulli or gaussian",
    ]
    assert mistakes("model: {type: conv_vae, filters: [8], hidden: [4]}") == [
        "f.yaml:1:15: model.type: 'conv_vae' is now 'type: conv' with 'latent: {type: gaussian}' and "
        "'objective: {type: elbo}'"
    ]


@pytest.mark.parametrize("objective", ["elbo", "iwae", "tc"])
def test_an_objective_with_a_likelihood_has_no_loss(objective: str) -> None:
    text = f"model: {{type: conv, latent: {{type: gaussian}}}}\nobjective: {{type: {objective}}}\n"
    assert mistakes(text + "training: {loss: mse}") == [
        "f.yaml:3:12: training.loss: is now objective.likelihood: bernoulli or gaussian"
    ]


@pytest.mark.parametrize(
    ("flag", "said"),
    [
        ("model.latent_dim=5", "model.latent_dim: is now model.latent.dim"),
        ("training.loss=mse", "training.loss: is now objective.loss"),
        ("model.type=vae", "model.type: 'vae' is now 'type: dense, hidden: [256]' with "),
    ],
)
def test_a_flag_is_told_too(flag: str, said: str) -> None:
    (line,) = mistakes("model: {type: conv}", flag)
    assert line.startswith(f"--set {flag}: {said}")


@pytest.mark.parametrize("text", ["model: {type: [vae]}", "model: {type: vae2}", "model: {latent_dim: 3}"])
def test_what_never_was_is_an_ordinary_mistake(text: str) -> None:
    (line,) = mistakes(text)
    assert "is now" not in line
