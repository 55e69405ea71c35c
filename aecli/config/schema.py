"""The whole of a config: the options that models, data and training declare, gathered under one roof."""

from collections.abc import Iterator
from typing import Annotated, Any, get_args

from pydantic import Field
from pydantic.fields import FieldInfo

from aecli.config.expectations import Expectation
from aecli.config.problems import Path_
from aecli.core.options import OneOf, Options, Registry, tag_of
from aecli.core.text import did_you_mean, printable
from aecli.data.corruption import CORRUPTIONS, Corruption
from aecli.data.facts import Facts
from aecli.data.sources.mnist import Mnist
from aecli.data.sources.source import DATA_SETS, DataSource
from aecli.models.networks.network import NETWORKS, Network
from aecli.objectives.objective import NEEDS, OBJECTIVES, Objective
from aecli.objectives.reconstruction import Reconstruction
from aecli.training.options import TrainingOptions


class Config(Options):
    """An experiment: what is trained, on what, and how."""

    model: Annotated[Network, OneOf(NETWORKS)]
    """The network (`type`), its hyperparameters, and the latent in its middle."""

    objective: Annotated[Objective, OneOf(OBJECTIVES, default_tag="reconstruction")] = Field(
        default_factory=Reconstruction
    )
    """What is minimised (`type`): by default the error of the reconstruction."""

    data: Annotated[DataSource, OneOf(DATA_SETS, default_tag="mnist")] = Field(default_factory=Mnist)
    """The samples: a data set (`name`) and how much of it."""

    corruption: Annotated[Corruption, OneOf(CORRUPTIONS)] | None = None
    """The noise that a denoising autoencoder learns to remove; none by default."""

    training: TrainingOptions = Field(default_factory=TrainingOptions)
    """How the network is trained."""

    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    """Where all randomness comes from: the same config with the same seed gives the same run."""

    def told(self, data: Facts) -> list[str] | None:
        """The labels that the network is told apart; None where it has no condition, or the data no classes."""
        return data.get("classes") if self.model.condition else None

    plugins: tuple[str, ...] = Field(default=(), exclude=True)
    """Python files with things of your own, such as a network, relative to this file. They are run when
    this config is trained, shown or checked; a run's config names none, and none is loaded from a run folder
    unasked."""

    expect: tuple[Expectation, ...] = Field(default=(), exclude=True)
    """What a run should reach; for `aecli reproduce`. Trains nothing, and isn't kept in a run's config."""


def choice(field: FieldInfo) -> OneOf | None:
    """The registry choice that a field holds, if it holds one (`model`, `data`, `training.optimizer`, …)."""
    for mark in _annotations(field):
        if isinstance(mark, OneOf):
            return mark
    return None


def chosen(options: Options) -> Iterator[tuple[Registry[Any], Options]]:
    """What a config chose from registries, at any depth: each registry, and the section that was chosen."""
    for name, field in type(options).model_fields.items():
        section = getattr(options, name)
        if isinstance(section, Options):
            if one_of := choice(field):
                yield one_of.registry, section
            yield from chosen(section)


def rebuild(options: type[Options] = Config) -> bool:
    """Makes the check of configs know what the registries hold now.

    Returns:
        Whether the class holds a choice, at any depth, and so was made anew.
    """
    inner = set[type[Options]]()
    found = False
    for field in options.model_fields.values():
        if one_of := choice(field):
            found = True
            inner.update(entry for _, entry in one_of.registry.items())
        else:
            marks = _annotations(field)
            inner.update(mark for mark in marks if isinstance(mark, type) and issubclass(mark, Options))
    made_anew = [rebuild(part) for part in inner]
    if found := found or any(made_anew):
        options.model_rebuild(force=True)
    return found


def subsection(field: FieldInfo, value: Any) -> type[Options] | None:
    """The option class that checks a field's value, as far as the value says which.

    Args:
        field: A field of an option class.
        value: What the config gives for it.

    Returns:
        The class, or None if the field holds no section or the value names no known choice.
    """
    if one_of := choice(field):
        tag = value.get(one_of.registry.tag) if isinstance(value, dict) else None
        return dict(one_of.registry.items()).get(tag) if isinstance(tag, str) else None
    for mark in _annotations(field):
        if isinstance(mark, type) and issubclass(mark, Options):
            return mark
    return None


def with_default_tags(data: dict[str, Any], options: type[Options] = Config) -> dict[str, Any]:
    """The config with the tag filled in where a section may leave it out (`data: {limit: 100}` is MNIST)."""
    filled = dict(data)
    for name, field in options.model_fields.items():
        one_of, section = choice(field), data.get(name)
        if not isinstance(section, dict):
            continue
        if one_of and one_of.default_tag:
            section = {one_of.registry.tag: one_of.default_tag, **section}
        inner = subsection(field, section)
        filled[name] = section if inner is None else with_default_tags(section, inner)
    return filled


def without_left_behind(
    before: dict[str, Any], after: dict[str, Any], options: type[Options] = Config
) -> dict[str, Any]:
    """Drops the options that an override of a section's tag leaves behind.

    `--set model.type=dense` on a convolutional config leaves `filters` without a meaning. What the
    old choice knows and the new one doesn't goes; what neither knows stays, and is reported. So it is
    at any depth, also below a section that was chosen anew itself.

    Args:
        before: The file's data.
        after: The data with overrides put in.
        options: The option class that both belong to.

    Returns:
        `after` without what is left behind.
    """
    result = dict(after)
    for name, field in options.model_fields.items():
        old, new = before.get(name), after.get(name)
        if not isinstance(old, dict) or not isinstance(new, dict):
            continue
        was, now = subsection(field, old), subsection(field, new)
        if was is None or now is None:
            continue
        only_old = was.model_fields.keys() - now.model_fields.keys()
        kept = {key: value for key, value in new.items() if key not in only_old or value != old.get(key)}
        result[name] = without_left_behind(old, kept, now)
    return result


def contradictions(config: Config) -> Iterator[tuple[Path_, str]]:
    """What is wrong with a config whose every value is right on its own.

    Yields:
        The path of an option and what it contradicts.
    """
    yield from _pair(config)
    yield from _without_held_out(config)
    yield from _unclear_expectations(config)


def _pair(config: Config) -> Iterator[tuple[Path_, str]]:
    """Words that don't go together: what the objective needs and nothing serves, or the latent needs."""
    model, latent, objective = config.model, config.model.latent, config.objective
    served = (
        model.serves
        | latent.serves
        | ({"hidden"} if config.corruption and config.corruption.hides else set())
    )
    for need in sorted(objective.needs - served):
        yield ("objective", "type"), f"'{tag_of(objective)}' needs {NEEDS.get(need, need)}"
    if latent.needs_prior and not objective.prior and objective.needs <= served:
        fitting = ", ".join(name for name, known in OBJECTIVES.items() if known.prior)
        yield (
            ("model", "latent", "type"),
            f"'{tag_of(latent)}' needs an objective that keeps its variance above 0, which '{tag_of(objective)}' "
            f"doesn't: set objective.type to one of {fitting}",
        )
    if latent.needs_features and not model.has_features:
        yield (
            ("model", "latent"),
            f"a '{tag_of(model)}' network without hidden layers needs a latent of its own size: add 'dim: 32'",
        )


def _unclear_expectations(config: Config) -> Iterator[tuple[Path_, str]]:
    """Expectations of data that doesn't exist, or that no single run could meet."""
    epochs: dict[str, int] = {}
    for i, expected in enumerate(config.expect):
        if expected.data not in DATA_SETS:
            known = did_you_mean(expected.data, DATA_SETS)
            yield ("expect", i, "data"), f"unknown data set '{printable(expected.data)}'; {known}"
        elif expected.source != "published" and (
            epochs.setdefault(expected.data, expected.epochs) != expected.epochs
        ):
            why = (
                f"differs from the {epochs[expected.data]} expected above: on {expected.data} one run must do"
            )
            yield ("expect", i, "epochs"), why


def _without_held_out(config: Config) -> Iterator[tuple[Path_, str]]:
    """Choices by a validation loss where no samples are held out."""
    if not config.data.validation_split and not config.data.can_hold_out:
        yield from choices_by_validation(config)


def choices_by_validation(config: Config) -> Iterator[tuple[Path_, str]]:
    """What chooses by a validation loss, which can't be had without samples that are held out.

    Yields:
        The path of an option, and what it needs.
    """
    why = (
        "chooses by a validation loss, and without held-out samples that would be the test set's: "
        "add 'validation_split: 0.1' under data"
    )
    training = config.training
    if training.early_stopping is not None:
        yield ("training", "early_stopping"), why
    if training.select_best:
        yield ("training", "select_best"), why
    if training.schedule is not None and training.schedule.monitors_validation:
        yield ("training", "schedule"), why


def _annotations(field: FieldInfo) -> Iterator[Any]:
    """A field's annotation with all that it is made of: classes of a union, marks of an Annotated."""
    pending = [field.annotation, *field.metadata]
    while pending:
        yield (mark := pending.pop(0))
        pending.extend(get_args(mark))


if Registry.packages:  # those that came while the classes above were made
    rebuild()
