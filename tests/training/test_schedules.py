"""Learning rates over the epochs."""

import math
import random
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aecli.training.schedules import SCHEDULES, Cosine, Exponential, Plateau, Schedule
from tests.config.strategies import filled


def rates(schedule: Schedule, epochs: int, base: float = 1.0) -> list[float]:
    """The rate of each epoch of a run whose losses fall all the time."""
    return [
        schedule.learning_rate(base, epoch, epochs, [1 / (n + 1) for n in range(epoch)])
        for epoch in range(epochs)
    ]


def test_exponential_multiplies_after_each_epoch() -> None:
    assert rates(Exponential(factor=0.5), 4, base=0.8) == [0.8, 0.4, 0.2, 0.1]


def test_cosine_falls_along_half_a_cosine() -> None:
    found = rates(Cosine(), 4, base=2.0)
    assert found == pytest.approx([2.0, 1 + math.sqrt(0.5), 1.0, 1 - math.sqrt(0.5)])


def test_cosine_ends_at_the_final_fraction() -> None:
    schedule = Cosine(final_fraction=0.1)
    assert schedule.learning_rate(2.0, 100, 100, []) == pytest.approx(0.2)
    assert rates(schedule, 1000, base=2.0)[-1] == pytest.approx(0.2, rel=1e-4)


def test_cosine_rises_in_equal_steps_to_the_base_rate() -> None:
    assert rates(Cosine(warmup_epochs=3), 10)[:4] == [0.25, 0.5, 0.75, 1.0]


def test_cosine_may_warm_up_for_longer_than_the_run() -> None:
    assert rates(Cosine(warmup_epochs=4), 2) == [0.2, 0.4]
    assert rates(Cosine(warmup_epochs=1), 1) == [0.5]


def test_plateau_waits_for_patience_then_lowers_and_waits_again() -> None:
    schedule = Plateau(factor=0.5, patience=2)
    losses = [1.0, 2.0, 2.0, 2.0, 2.0, 0.5, 0.4]
    found = [schedule.learning_rate(1.0, epoch, 8, losses) for epoch in range(8)]
    assert found == [1.0, 1.0, 1.0, 0.5, 0.5, 0.25, 0.25, 0.25]


def test_plateau_counts_only_an_improvement_of_min_delta() -> None:
    losses = [1.0, 0.875, 0.75, 0.625]
    assert Plateau(factor=0.5, patience=2, min_delta=0.25).learning_rate(1.0, 3, 9, losses) == 0.5
    assert Plateau(factor=0.5, patience=2, min_delta=0.0625).learning_rate(1.0, 3, 9, losses) == 1.0


def test_plateau_stops_at_its_minimum_and_never_raises_a_rate() -> None:
    flat = [1.0] * 50
    assert Plateau(patience=1, minimum=0.3).learning_rate(1.0, 40, 50, flat) == 0.3
    assert Plateau(patience=1, minimum=0.3).learning_rate(0.1, 40, 50, flat) == 0.1


def test_plateau_takes_a_loss_that_is_no_number_for_no_improvement() -> None:
    assert Plateau(factor=0.5, patience=2).learning_rate(1.0, 3, 9, [1.0, math.nan, math.nan]) == 0.5


def test_only_plateau_looks_at_the_validation_loss() -> None:
    looking = {name for name, schedule in SCHEDULES.items() if schedule.monitors_validation}
    assert looking == {"plateau"}


@pytest.mark.parametrize("name", list(SCHEDULES))
def test_a_rate_is_never_above_the_base_nor_below_zero_and_knows_no_future(name: str) -> None:
    @settings(max_examples=30, deadline=None, derandomize=True, database=None)
    @given(
        section=filled(SCHEDULES[name]),
        losses=st.lists(st.floats(0, 10), min_size=12, max_size=12),
        base=st.floats(1e-6, 10),
    )
    def holds(section: dict[str, Any], losses: list[float], base: float) -> None:
        schedule = SCHEDULES[name].model_validate(section)
        for epoch in range(12):
            rate = schedule.learning_rate(base, epoch, 12, losses[:epoch])
            assert 0 <= rate <= base * (1 + 1e-12)
            assert rate == schedule.learning_rate(base, epoch, 12, losses)

    holds()


@pytest.mark.usefixtures("tensorflow")
@pytest.mark.parametrize("seed", range(8))
def test_plateau_does_what_keras_does(seed: int) -> None:
    import keras

    draw = random.Random(seed)
    patience, minimum = draw.randint(1, 4), draw.choice([0.0, 1 / 16, 4.0])
    min_delta = draw.choice([0.0, 1 / 8])
    # Eighths are exact in 32 bits, so that ties are ties here and there.
    losses = [draw.randint(0, 16) / 8 - epoch // 4 / 8 for epoch in range(40)]

    theirs = keras.callbacks.ReduceLROnPlateau(
        monitor="test_total", mode="min", factor=0.5, patience=patience, min_delta=min_delta, min_lr=minimum
    )
    model = SimpleNamespace(optimizer=SimpleNamespace(learning_rate=1.0))
    theirs.set_model(model)
    theirs.on_train_begin()
    ours = Plateau(factor=0.5, patience=patience, min_delta=min_delta, minimum=minimum)
    lowered = set()
    for epoch, loss in enumerate(losses):
        assert ours.learning_rate(1.0, epoch, 40, losses[:epoch]) == model.optimizer.learning_rate
        lowered.add(model.optimizer.learning_rate)
        theirs.on_epoch_end(epoch, {"test_total": loss})
    assert len(lowered) > 1 or minimum > 1
