"""The table of optimizers against the installed Keras."""

import inspect
from typing import Any

import pytest
from hypothesis import given, settings
from pydantic import ValidationError

from aecli.training.optimizers import OPTIMIZERS, Optimizer
from tests.config.strategies import filled

NOT_OFFERED = {
    "use_ema": "what is saved and evaluated would be the averaged weights or not, depending on the epoch",
    "ema_momentum": "belongs to use_ema",
    "ema_overwrite_frequency": "belongs to use_ema",
    "loss_scale_factor": "is for float16, and everything here is float32",
    "gradient_accumulation_steps": "is another batch_size",
    "name": "names variables, not a setting",
}
"""Constructor options of Keras that no config has, and why."""

NO_OPTIMIZERS_OF_A_CONFIG = {
    "Optimizer": "is the base class",
    "OptimizerMap": "is a part of MultiOptimizer",
    "LossScaleOptimizer": "wraps another one for float16",
    "MultiOptimizer": "gives each layer its own optimizer",
    "Muon": "is made for transformers: it splits the weights between itself and AdamW by their names",
    "ScheduleFreeAdamW": "keeps two sets of weights that have to be swapped for evaluation",
}
"""Keras's optimizer classes that no config can name, and why."""

each = pytest.mark.parametrize("name", list(OPTIMIZERS))


@pytest.fixture
def optimizers(tensorflow: Any) -> Any:
    """The module `keras.optimizers`."""
    import keras

    return keras.optimizers


def arguments(optimizers: Any, options: type[Optimizer]) -> dict[str, inspect.Parameter]:
    """What the constructor of the Keras class takes."""
    parameters = dict(inspect.signature(getattr(optimizers, options.keras_class).__init__).parameters)
    return {name: one for name, one in parameters.items() if name not in ("self", "kwargs")}


@each
def test_fields_are_arguments_of_keras_with_the_same_defaults(optimizers: Any, name: str) -> None:
    options = OPTIMIZERS[name]
    known = arguments(optimizers, options)
    ours = {field: info.default for field, info in options.model_fields.items() if field != "type"}
    assert ours == {field: known[field].default for field in ours if field in known}


@each
def test_every_option_of_keras_is_offered_or_left_out_for_a_reason(optimizers: Any, name: str) -> None:
    offered = set(OPTIMIZERS[name].model_fields)
    assert set(arguments(optimizers, OPTIMIZERS[name])) - offered == set(NOT_OFFERED)


def test_every_optimizer_of_keras_is_covered_or_left_out_for_a_reason(optimizers: Any) -> None:
    classes = {name for name, one in vars(optimizers).items() if inspect.isclass(one)}
    covered = {options.keras_class for _, options in OPTIMIZERS.items()}
    assert classes - covered == set(NO_OPTIMIZERS_OF_A_CONFIG) & classes
    assert covered <= classes


@each
def test_an_optimizer_is_called_as_keras_calls_it(name: str) -> None:
    assert name == OPTIMIZERS[name].keras_class.lower()


@each
def test_each_is_made_as_the_class_with_the_options_given(optimizers: Any, name: str) -> None:
    made = OPTIMIZERS[name](learning_rate=0.25, weight_decay=0.5, clipnorm=2.0).make()
    assert type(made) is getattr(optimizers, OPTIMIZERS[name].keras_class)
    settings = made.get_config()
    assert settings["learning_rate"] == 0.25
    assert settings["weight_decay"] == 0.5
    assert settings["clipnorm"] == 2.0


@pytest.mark.usefixtures("tensorflow")
@each
def test_what_the_table_accepts_keras_accepts_too(name: str) -> None:
    @settings(max_examples=15, deadline=None, derandomize=True, database=None)
    @given(filled(OPTIMIZERS[name]))
    def holds(section: dict[str, Any]) -> None:
        options = OPTIMIZERS[name].model_validate(section)
        made = options.make().get_config()
        for option, value in options.model_dump(exclude={"type"}).items():
            assert made[option] == (pytest.approx(value, rel=1e-6, abs=1e-37) if value else value), option

    holds()


@pytest.mark.parametrize("rate", [1e-60, 0.0, 1e300])
def test_rates_that_float32_cannot_hold_are_refused(rate: float) -> None:
    with pytest.raises(ValidationError, match="learning_rate"):
        OPTIMIZERS["adam"](learning_rate=rate)
