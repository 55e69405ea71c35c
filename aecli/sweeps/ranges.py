"""What a searched setting may be: one kind of range a class, named in a sweep by its first key."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import Field, PositiveFloat, PositiveInt, model_validator

from aecli.config.yaml_text import dump_value
from aecli.core.options import Options

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

Parameter: TypeAlias = str | int | float
"""A value as the study keeps it: a number, or a choice as YAML text."""


class Range(Options, ABC):
    """The values that a setting may take in a sweep."""

    @property
    @abstractmethod
    def ends(self) -> tuple[Any, ...]:
        """Values that, if a config can have them, vouch for all."""

    @property
    @abstractmethod
    def distribution(self) -> BaseDistribution:
        """What the sampler draws from."""

    @property
    def is_logarithmic(self) -> bool:
        """Whether each factor is as likely as another."""
        return False

    @property
    def grid(self) -> list[Parameter] | None:
        """All values, as the study keeps them; None where they can't be counted."""
        return None

    def value(self, parameter: Parameter) -> Any:
        """What a config is given for a value of the study."""
        return parameter

    def parameter(self, value: Any) -> Parameter:
        """How the study calls a value that a config has."""
        return value  # type: ignore[no-any-return]

    def has(self, value: Any) -> bool:
        """Whether a value that a config has is one of these."""
        return isinstance(value, (int, float)) and self.ends[0] <= value <= self.ends[-1]


class Choice(Range):
    """One of several values, of any kind: `{choice: [[8, 8], [16, 8]]}`."""

    choice: Annotated[tuple[Any, ...], Field(min_length=2)]
    """The values."""

    @model_validator(mode="after")
    def _no_twins(self) -> Choice:
        texts = [dump_value(value) for value in self.choice]
        if twin := next((text for text in texts if texts.count(text) > 1), None):
            raise ValueError(f"names {twin} twice")
        return self

    @property
    def ends(self) -> tuple[Any, ...]:
        """Each of them."""
        return self.choice

    @property
    def distribution(self) -> BaseDistribution:
        """The values as text, since a study knows no lists."""
        from optuna.distributions import CategoricalDistribution

        return CategoricalDistribution(self.grid)

    @property
    def grid(self) -> list[Parameter]:
        """Their texts."""
        return [dump_value(value) for value in self.choice]

    def value(self, parameter: Parameter) -> Any:
        """The value of that text."""
        return next(value for value in self.choice if dump_value(value) == parameter)

    def parameter(self, value: Any) -> Parameter:
        """Its text."""
        return dump_value(value)

    def has(self, value: Any) -> bool:
        """Whether it has the same text as one of them."""
        return dump_value(value) in self.grid


def _rising(low: float, high: float) -> None:
    if low >= high:
        raise ValueError(f"must rise from its first number to its second, got [{low:g}, {high:g}]")


class Real(Range):
    """Any number between two: `{float: [0.0, 0.5]}`, or every so many: `{float: [0.0, 0.5], step: 0.1}`."""

    bounds: Annotated[tuple[float, float], Field(alias="float")]
    """The lowest and the highest."""

    step: PositiveFloat | None = None
    """How far the values are apart; any number by default."""

    @model_validator(mode="after")
    def _check(self) -> Real:
        _rising(*self.bounds)
        return self

    @property
    def ends(self) -> tuple[float, ...]:
        """The lowest and the highest."""
        return self.bounds

    @property
    def distribution(self) -> BaseDistribution:
        """Evenly between them."""
        from optuna.distributions import FloatDistribution

        return FloatDistribution(*self.bounds, step=self.step)

    @property
    def grid(self) -> list[Parameter] | None:
        """Those that are a whole number of steps from the lowest."""
        low, high = self.bounds
        if self.step is None:
            return None
        return [low + i * self.step for i in range(int((high - low) / self.step + 1e-9) + 1)]


class Logarithmic(Range):
    """Any number between two above 0, each factor as likely as another: `{log: [1e-4, 1e-1]}`."""

    bounds: Annotated[tuple[PositiveFloat, PositiveFloat], Field(alias="log")]
    """The lowest and the highest."""

    @model_validator(mode="after")
    def _check(self) -> Logarithmic:
        _rising(*self.bounds)
        return self

    @property
    def ends(self) -> tuple[float, ...]:
        """The lowest and the highest."""
        return self.bounds

    @property
    def is_logarithmic(self) -> bool:
        """It is."""
        return True

    @property
    def distribution(self) -> BaseDistribution:
        """Evenly between their logarithms."""
        from optuna.distributions import FloatDistribution

        return FloatDistribution(*self.bounds, log=True)


class Whole(Range):
    """A whole number between two, both included: `{int: [2, 64]}`, `{int: [2, 64], log: true}`."""

    bounds: Annotated[tuple[int, int], Field(alias="int")]
    """The lowest and the highest."""

    log: bool = False
    """Whether each factor is as likely as another."""

    step: PositiveInt = 1
    """How far the values are apart."""

    @model_validator(mode="after")
    def _check(self) -> Whole:
        _rising(*self.bounds)
        if self.log and self.bounds[0] < 1:
            raise ValueError("a logarithmic range starts at 1 or above")
        if self.log and self.step > 1:
            raise ValueError("a logarithmic range has no 'step'")
        return self

    @property
    def ends(self) -> tuple[int, ...]:
        """The lowest and the highest."""
        return self.bounds

    @property
    def is_logarithmic(self) -> bool:
        """As asked for."""
        return self.log

    @property
    def distribution(self) -> BaseDistribution:
        """Evenly between them, or between their logarithms."""
        from optuna.distributions import IntDistribution

        return IntDistribution(*self.bounds, log=self.log, step=self.step)

    @property
    def grid(self) -> list[Parameter]:
        """Each whole number that is some steps from the lowest."""
        return list(range(self.bounds[0], self.bounds[1] + 1, self.step))


KINDS: dict[str, type[Range]] = {"choice": Choice, "float": Real, "int": Whole, "log": Logarithmic}
"""The ranges by the key that tells them: the first of these that a range has."""
