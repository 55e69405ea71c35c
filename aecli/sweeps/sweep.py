"""SWEEP.yaml → a checked sweep: a base config, what of it is searched, and how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, NonNegativeFloat, PositiveInt

from aecli.config.load import check, nearest, validate
from aecli.config.overrides import KEY, Override, apply
from aecli.config.plugins import load_named_plugins
from aecli.config.problems import Location, Path_, Problem, Problems
from aecli.config.recipes import find_config
from aecli.config.schema import Config
from aecli.config.yaml_text import Document, dump_value, parse, read_text
from aecli.core.errors import ConfigError
from aecli.core.options import Options
from aecli.core.text import did_you_mean, printable
from aecli.sweeps.ranges import KINDS, Parameter, Range
from aecli.training.history import PREFIXES

HELD_OUT = PREFIXES["validation"]
SHARE_HELD_OUT = 0.1
"""Of the training samples, where the base holds out none."""

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


class Resources(Options):
    """What a trial takes of a cluster's machines."""

    cpus: PositiveInt = 1
    """Cores."""

    gpus: NonNegativeFloat = 0.0
    """Graphics processors; 0.5 puts two trials on one."""


class SweepOptions(Options):
    """The contents of a SWEEP.yaml."""

    base: str | dict[str, Any]
    """What is varied: the name of a recipe, a config's file (relative to this one), or a config written out."""

    search: Annotated[dict[str, Any], Field(min_length=1)]
    """What is searched: dotted options of the base, each with a range."""

    metric: str = "val_reconstruction"
    """What is minimised: a loss of the held-out samples, as metrics.csv names it."""

    trials: PositiveInt
    """How many trials there are in all."""

    sampler: Literal["tpe", "random", "grid"] = "tpe"
    """Where the next trial's values come from: the good ones so far (Bergstra et al., 2011), chance, or one after
    another."""

    pruner: Literal["none", "median", "hyperband"] = "none"
    """What ends a trial before its last epoch: nothing, being worse than the median of the others at that epoch,
    or successive halving (Li et al., 2018)."""

    seeds: PositiveInt = 1
    """How many seeds of each trial are trained; their mean counts."""

    resources: Resources = Field(default_factory=Resources)
    """What a trial takes of a cluster's machines."""


@dataclass(frozen=True)
class Sweep:
    """A checked sweep.

    Attributes:
        options: What the file says.
        ranges: The searched settings, by dotted name.
        base: The base as it was read.
        overrides: Values that win over the base's: the command line's, and what the sweep itself sets.
        source: What the base is called in messages.
        name: What the sweep is called.
        plugins: The plugins' files that the base names.
    """

    options: SweepOptions
    ranges: dict[str, Range]
    base: Document
    overrides: tuple[Override, ...]
    source: str
    name: str
    plugins: tuple[Path, ...] = ()

    def config(self, values: Mapping[str, Any]) -> Config:
        """The base with values for searched settings.

        Raises:
            ConfigError: They don't go together.
        """
        searched = [Override(_path(name), value, name) for name, value in values.items()]
        return check(self.base, self.source, [*self.overrides, *searched]).config

    def require_data(self) -> None:
        """Makes sure that the files that the base names are there.

        Raises:
            ConfigError: Some aren't.
        """
        check(self.base, self.source, self.overrides).require_data()

    def of_grid(self, number: int) -> dict[str, Parameter]:
        """A combination of values that can be counted, from 0; the last setting moves fastest."""
        found = {}
        for name, searched in reversed(self.ranges.items()):
            values = searched.grid or []
            number, place = divmod(number, len(values))
            found[name] = values[place]
        return {name: found[name] for name in self.ranges}

    @property
    def trials(self) -> int:
        """How many there are in all; a grid may have fewer than were asked for."""
        if self.options.sampler != "grid":
            return self.options.trials
        return min(self.options.trials, prod(len(searched.grid or []) for searched in self.ranges.values()))

    @property
    def plain(self) -> dict[str, Any]:
        """The sweep as its folder keeps it: with the whole base, and all defaults written out."""
        return {**self.options.model_dump(mode="json"), "base": self.config({}).model_dump(mode="json")}


def is_sweep(path: Path) -> bool:
    """Whether a file says that it is a sweep and no config; what can't be read is none.

    Args:
        path: A YAML file, or anything else.
    """
    try:
        plain = parse(read_text(path), str(path)).data
    except ConfigError:
        return False
    return isinstance(plain, dict) and "search" in plain


def _path(name: str) -> tuple[str, ...]:
    return tuple(name.split("."))


def open_sweep(path: Path, name: str, overrides: Sequence[Override] = (), trials: int | None = None) -> Sweep:
    """Reads and checks a sweep.

    Args:
        path: A SWEEP.yaml.
        name: What the sweep is called.
        overrides: Values that win over the base's.
        trials: How many trials there are in all; the file's number by default.

    Raises:
        RequestError: It is wrong; the message names every mistake and its place.
    """
    document, source = parse(read_text(path), str(path)), str(path)
    if not isinstance(document.data, dict):
        raise Problems([Problem(Location(source, 1, 1), (), "this isn't a sweep: it has no 'base:'")]).error()
    if trials is not None:
        document = apply(document, [Override(("trials",), trials, f"--trials {trials}")])
    problems = Problems()
    options = validate(SweepOptions, document.data, document, source, problems)
    if options is None:
        raise problems.error()
    base, base_source, plugins = _base(options, document, path, overrides)
    data = check(base, base_source, overrides).config.data
    if data.validation_split or data.can_hold_out:
        own = []
    else:
        own = [Override(("data", "validation_split"), SHARE_HELD_OUT, f"{source}: held out for the sweep")]
    ranges = {name: _range(name, plain, document, source, problems) for name, plain in options.search.items()}
    right = {name: found for name, found in ranges.items() if found is not None}
    sweep = Sweep(options, right, base, (*overrides, *own), base_source, name, plugins)
    for at, message in _contradictions(sweep, overrides):
        problems.append(Problem(nearest(at, document.keys, source), at, message))
    if problems:
        raise problems.error()
    return sweep


def _base(
    options: SweepOptions, document: Document, path: Path, overrides: Sequence[Override]
) -> tuple[Document, str, tuple[Path, ...]]:
    """The base's document with the overrides, what it is called, and the plugins that it names."""
    if isinstance(options.base, dict):
        inner, source, folder = _section(document, ("base",)), str(path), path
    else:
        beside = path.parent / options.base
        folder = beside if beside.is_file() else find_config(options.base)
        inner, source = parse(read_text(folder), str(folder)), str(folder)
    load_named_plugins(inner.data, folder, overrides)
    named = inner.data.get("plugins", ()) if isinstance(inner.data, dict) else ()
    plugins = tuple(folder.absolute().parent / Path(name).expanduser() for name in named)
    if isinstance(inner.data, dict):
        for said in ("plugins", "expect"):  # what isn't trained
            inner.data.pop(said, None)
    return inner, source, plugins


def _section(document: Document, at: Path_) -> Document:
    """A part of a document as one of its own."""
    data: Any = document.data
    for step in at:
        data = data[step]
    cut = len(at)
    values = {path[cut:]: place for path, place in document.values.items() if path[:cut] == at}
    keys = {path[cut:]: place for path, place in document.keys.items() if path[:cut] == at and path != at}
    return Document(data, values, keys)


def _range(name: str, plain: Any, document: Document, source: str, problems: Problems) -> Range | None:
    """A range, by the key that tells its kind; None if it is none, or an impossible one."""
    at = ("search", name)
    kinds = (KINDS[key] for key in KINDS if isinstance(plain, dict) and key in plain)
    if kind := next(kinds, None):
        return validate(kind, plain, document, source, problems, at)
    message = f"says none of {', '.join(KINDS)}; for example {{choice: [1, 2]}}"
    problems.append(Problem(nearest(at, document.keys, source), at, message))
    return None


def _contradictions(sweep: Sweep, overrides: Sequence[Override]) -> Iterator[tuple[Path_, str]]:
    """What is wrong with a sweep whose every part is right on its own: where, and what."""
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
        elif flag := next((each.flag for each in overrides if _lies_in(each.path, _path(name))), None):
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
