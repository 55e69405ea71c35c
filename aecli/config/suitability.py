"""Whether a config suits its data: what the model can take, and what loss, output and noise mean there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from aecli.config.problems import dotted
from aecli.config.schema import Config, choices_by_validation
from aecli.core.errors import ConfigError
from aecli.data.corruption import Masking
from aecli.models.spec import MODELS

if TYPE_CHECKING:
    from aecli.data.splits import DataSet


def check_suits(config: Config, data: DataSet) -> None:
    """Checks a config against the data that it names.

    Raises:
        ConfigError: Something can't be; the message names every option to change, and what to.
    """
    problems = list(_problems(config, data))
    if problems:
        raise ConfigError("\n".join(f"{path}: {message}" for path, message in problems))


def _problems(config: Config, data: DataSet) -> Iterator[tuple[str, str]]:
    """What doesn't suit: the path of an option and what is wrong with it."""
    model, named, loss = config.model, config.model.model_dump()["type"], config.training.loss
    shape = " × ".join(map(str, data.sample_shape))
    if data.kind not in model.takes:
        others = ", ".join(name for name, family in MODELS.items() if data.kind in family.takes)
        yield (
            "model.type",
            f"{named} takes {' or '.join(model.takes)}, and this data holds {data.kind} "
            f"({shape}); for those there are: {others}",
        )
    if data.validation is None:
        yield from ((dotted(path), why) for path, why in choices_by_validation(config))
    if loss == "binary_crossentropy" and model.output != "sigmoid":
        yield (
            "training.loss",
            "binary_crossentropy needs a probability for each number, which only a sigmoid gives: "
            "set training.loss=mse, or model.output=sigmoid",
        )
    if isinstance(config.corruption, Masking) and data.kind == "sequences":
        patch, features = config.corruption.patch, data.sample_shape[-1]
        if 1 < patch < features:
            yield (
                "corruption.patch",
                f"expected 1, or at least {features}, as many as a step of this data has features, received {patch}: "
                f"patches of sequences hold whole steps. Set corruption.patch={features}",
            )
    if data.scaling.bounds is not None:
        return
    where = f"the numbers of this data, scaled by data.scaling={data.scaling.method}, aren't bound to [0, 1]"
    bounded = "or give data.range in place of data.scaling"
    if model.output == "sigmoid":
        yield "model.output", f"a sigmoid can't reach them all: {where}. Set model.output=linear, {bounded}"
    if loss == "binary_crossentropy":
        yield (
            "training.loss",
            f"binary_crossentropy has no meaning: {where}. Set training.loss=mse, {bounded}",
        )
    if config.corruption is not None and config.corruption.needs_bounds:
        kind = config.corruption.model_dump()["type"]
        yield (
            "corruption.type",
            f"{kind} keeps to [0, 1]: {where}. Set corruption.type=masking, or corruption=null, {bounded}",
        )
