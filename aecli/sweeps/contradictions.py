"""What is wrong with a sweep whose every part is right on its own: values that no config has, or that don't compare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from aecli.config.overrides import KEY, Override
from aecli.config.problems import Path_
from aecli.config.schema import Config
from aecli.config.yaml_text import dump_value
from aecli.core.errors import ConfigError
from aecli.core.text import did_you_mean, printable
from aecli.sweeps.ranges import Range
from aecli.sweeps.sweep import HELD_OUT, Sweep

NEVER_SEARCHED = {
    "data": "each value would be measured on other samples",
    "corruption": "each value would be measured on samples with other noise, and the weakest noise would win",
    "seed": "values would differ by chance alone",
    "plugins": "it is no setting of a training",
    "expect": "it is no setting of a training",
}
"""Sections whose values don't compare, and why."""

OF_TRAINING_ALONE = ("corruption.resample",)
"""Settings in them that change nothing of what is measured."""


def contradictions(sweep: Sweep, overrides: Sequence[Override]) -> Iterator[tuple[Path_, str]]:
    """Looks for them.

    Args:
        sweep: The sweep.
        overrides: What the command line set of its base.

    Yields:
        The path of a key of the sweep, and what is wrong there.
    """
    base = sweep.config({})
    yield from _wrong_metric(sweep.options.metric, base)
    for name, searched in sweep.ranges.items():
        at = ("search", name)
        if not KEY.fullmatch(name):
            yield at, "isn't a dotted option, such as training.batch_size"
        elif (why := NEVER_SEARCHED.get(name.split(".")[0])) and name not in OF_TRAINING_ALONE:
            yield at, f"can't be searched: {why}"
        elif around := next((other for other in sweep.ranges if name.startswith(f"{other}.")), None):
            yield at, f"lies in {around}, which is searched as a whole; search one of them"
        elif flag := next(
            (each.flag for each in overrides if _lies_in(each.path, tuple(name.split(".")))), None
        ):
            yield at, f"is searched, and set by {flag}"
        else:
            yield from ((at, message) for message in _refused(sweep, name, searched))
    if sweep.options.sampler == "grid":
        for name, searched in sweep.ranges.items():
            if searched.grid is None:
                yield (
                    ("search", name),
                    "a grid can't have every number of a range; give choice, int, or a step",
                )


def _wrong_metric(metric: str, config: Config) -> Iterator[tuple[Path_, str]]:
    """A metric that no choice may be made by, or that there isn't."""
    names = [*config.objective.charged, *config.model.latent.charged, *config.objective.shown, "total"]
    if not metric.startswith(HELD_OUT):
        yield (
            ("metric",),
            f"'{printable(metric)}' isn't a loss of held-out samples. What is chosen by the test set can't be "
            f"judged by it afterwards, and what is chosen by the training set overfits: use {HELD_OUT}reconstruction",
        )
    elif metric.removeprefix(HELD_OUT) not in names:
        known = [HELD_OUT + name for name in names]
        yield ("metric",), f"this base logs no '{printable(metric)}'; {did_you_mean(metric, known)}"


def _lies_in(inner: Path_, outer: Path_) -> bool:
    return inner[: len(outer)] == outer


def _weights(config: Config) -> tuple[Any, ...]:
    """What sums of losses depend on beside the network: values that differ in it compare by reconstruction alone."""
    latent = config.model.latent
    factors = {name: value for name, value in latent if isinstance(value, float)}
    return config.objective, type(latent), latent.charged, factors if latent.charged else None


def _refused(sweep: Sweep, name: str, searched: Range) -> Iterator[str]:
    """The values of a range that no config can have, whatever another choice is; a message each."""
    others = [{other: value} for other, each in sweep.ranges.items() if other != name for value in each.ends]
    errors, weights, refused = set(), list[tuple[Any, ...]](), dict[str, str]()
    for value in searched.ends:
        reasons = []
        for values in [{name: value}, *({**other, name: value} for other in others)]:
            try:
                config = sweep.config(values)
                errors.add(config.objective.error)
                weights.append(_weights(config))
                break
            except ConfigError as error:
                reasons.append(_reason(error, name))
        else:
            refused[dump_value(value)] = reasons[0]
    if len(refused) == len(searched.ends) and len(set(refused.values())) == 1:
        yield from set(refused.values())
    else:
        yield from (f"can't be {value}: {reason}" for value, reason in refused.items())
    metric, by_reconstruction = sweep.options.metric, f"{HELD_OUT}reconstruction"
    if metric != by_reconstruction and any(each != weights[0] for each in weights):
        yield f"weighs what {metric} adds up; to search it, set metric: {by_reconstruction}"
    elif len(errors) > 1:
        yield f"can't be searched: {' and '.join(sorted(errors))} have different units, and the lowest number would win"


def _reason(error: ConfigError, name: str) -> str:
    """What a config's first mistake is, without its place, and without its path if that is the setting's."""
    return str(error).splitlines()[0].split(": ", 1)[-1].removeprefix(f"{name}: ")
