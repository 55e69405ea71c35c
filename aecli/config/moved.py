"""Where options went that configs had once, so that an old config is told what to type instead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aecli.config.problems import Path_
from aecli.objectives.objective import OBJECTIVES

OPTIONS: dict[Path_, str] = {
    ("model", "latent_dim"): "model.latent.dim",
    ("model", "activity_l1"): "model.latent.activity_l1",
    ("model", "beta"): "objective.beta",
    ("training", "loss"): "objective.loss",
}
"""Options by the path that they had."""

MODELS = {
    "vae": {"type": "dense", "hidden": "[256]"},
    "conv_vae": {"type": "conv", "filters": "[16, 32]", "hidden": "[256]"},
}
"""Models that are a network of now with a Gaussian latent, and what they had where a config didn't say."""


def where_to(path: Path_, data: dict[str, Any]) -> str | None:
    """What to type in place of an option that no longer is; None if it never was one.

    Args:
        path: The option.
        data: The plain data of the whole config.
    """
    if path not in OPTIONS:
        return None
    place = OPTIONS[path]
    if path == ("model", "latent_dim") and _of(data, "model") == "lstm":
        place = "model.encoder_units"
    elif path == ("model", "latent_dim") and _of(data, "model") == "dense":
        place += ", with 'activation: relu' beside it for what it was"
    if path == ("training", "loss"):
        others = [name for name, known in OBJECTIVES.items() if known.error_option == "likelihood"]
        if _of(data, "objective") in others or _of(data, "model") in list(MODELS):
            place = "objective.likelihood: bernoulli or gaussian"
    return f"is now {place}"


def of_model(data: dict[str, Any]) -> Iterator[tuple[Path_, str, bool]]:
    """What a model of old is now, and where its options went.

    Yields:
        The path of an option, what to say of it, and whether it is the key that is wrong.
    """
    model = data["model"]
    tag = model.get("type")
    if not isinstance(tag, str) or tag not in MODELS:
        return
    network = ", ".join(
        f"{option}: {had}" for option, had in MODELS[tag].items() if option not in {*model} - {"type"}
    )
    yield (
        ("model", "type"),
        f"'{tag}' is now '{network}' with 'latent: {{type: gaussian}}' and 'objective: {{type: elbo}}'",
        False,
    )
    for option in model:
        if said := where_to(("model", option), data):
            yield ("model", option), said, True


def _of(data: dict[str, Any], section: str) -> Any:
    """What a section says that it is."""
    value = data.get(section)
    return value.get("type") if isinstance(value, dict) else None
