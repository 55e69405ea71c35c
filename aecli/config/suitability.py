"""Whether a config suits its data: what the model can take, and what loss, output and noise mean there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from aecli.config.problems import dotted
from aecli.config.schema import Config, choices_by_validation
from aecli.core.errors import ConfigError
from aecli.core.options import tag_of
from aecli.data.corruption import Masking
from aecli.models.networks.network import NETWORKS

if TYPE_CHECKING:
    from aecli.data.splits import DataSet

PROBABILITIES = ("binary_crossentropy", "bernoulli")
"""Errors that are nats of a probability."""

OTHERS = {"loss": "mse", "likelihood": "gaussian"}
"""What has a meaning for numbers of any range, by the option that gives the error."""

SSIM_WINDOW = 11
"""Pixels that SSIM looks at together, each way."""


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
    model, objective = config.model, config.objective
    shape = " × ".join(map(str, data.sample_shape))
    if data.kind not in model.takes:
        others = ", ".join(name for name, other in NETWORKS.items() if data.kind in other.takes)
        yield (
            "model.type",
            f"{tag_of(model)} takes {' or '.join(model.takes)}, and this data holds {data.kind} "
            f"({shape}); for those there are: {others}",
        )
    if data.validation is None:
        yield from ((dotted(path), why) for path, why in choices_by_validation(config))
    yield from _labels(config, data)
    option, other = f"objective.{objective.error_option}", OTHERS[objective.error_option]
    if objective.error in PROBABILITIES and model.output != "sigmoid":
        yield (
            option,
            f"{objective.error} needs a probability for each number, which only a sigmoid gives: "
            f"set {option}={other}, or model.output=sigmoid",
        )
    if objective.error == "ssim" and (reason := _no_ssim(data)):
        side = f"{SSIM_WINDOW} × {SSIM_WINDOW}"
        yield option, f"ssim compares images of at least {side} pixels: {reason}. Set {option}=mse"
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
    if objective.error in (*PROBABILITIES, "ssim"):
        yield option, f"{objective.error} has no meaning: {where}. Set {option}={other}, {bounded}"
    if config.corruption is not None and config.corruption.needs_bounds:
        kind = tag_of(config.corruption)
        yield (
            "corruption.type",
            f"{kind} keeps to [0, 1]: {where}. Set corruption.type=masking, or corruption=null, {bounded}",
        )


def _labels(config: Config, data: DataSet) -> Iterator[tuple[str, str]]:
    """Labels that a condition needs, and what can't be drawn twice."""
    if config.model.condition and data.record.get("classes") is None:
        have = "the samples have no labels" if data.train.labels is None else "the labels name no classes"
        yield (
            "model.condition",
            f"{have}: {data.record['name']} ({data.record['origin']}). Set model.condition=null",
        )
    if data.redraw is not None and config.corruption is not None and not config.corruption.resample:
        yield (
            "corruption.resample",
            "samples that are drawn anew in each step can't keep their noise: set it to true",
        )


def _no_ssim(data: DataSet) -> str | None:
    """Why samples have no SSIM; None where they have one."""
    shape = " × ".join(map(str, data.sample_shape))
    if data.kind != "images":
        return f"this data holds {data.kind}"
    return f"these have {shape}" if min(data.sample_shape[:2]) < SSIM_WINDOW else None
